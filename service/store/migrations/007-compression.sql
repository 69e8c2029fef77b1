-- Where the server has it, LZ4 for what an event's row keeps compressed: COPY takes 16 µs a row of 2.6 kB, with pglz 27 (measured).
DO $$ BEGIN IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN ALTER TABLE event ALTER changes SET COMPRESSION lz4, ALTER commitments SET COMPRESSION lz4; END IF; END $$;
