-- A neutralized copy must never be taken for the original: its nonce differs, so the service asks before it reads.
INSERT INTO vigil_ack (nonce, previous_nonce, snapshot, system_identifier)
SELECT replace(gen_random_uuid()::text, '-', ''), a.nonce, '3:3:'::pg_snapshot, a.system_identifier
FROM vigil_ack a ORDER BY a.id DESC LIMIT 1;
