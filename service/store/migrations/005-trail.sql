-- Ways into the trail (service/store/trail.ts). Measured by COPY of 400,000 events into one partition, PostgreSQL 15:
-- 12.6 us an event with what 001 makes, 18.1 us with all below. By user 3.3 us; hash of session 0.5, of request 1.1,
-- of transaction 0.5 (a b-tree of session costs 5, of request 4, and seven times the space).

CREATE INDEX event_user ON event (instance_id, user_login, seq);

CREATE INDEX event_session ON event USING hash (session);

CREATE INDEX event_request ON event USING hash (request_id);

CREATE INDEX event_transaction ON event USING hash (transaction);

-- What is common is found at once by walking back along the key; only what is rare needs an index, and that is cheap.
CREATE INDEX event_kind ON event (instance_id, kind, seq) WHERE kind <> 'record.updated' AND kind <> 'record.created';

CREATE INDEX event_category ON event (instance_id, category, seq) WHERE category <> 'data';

CREATE INDEX event_severity ON event (instance_id, severity, seq) WHERE severity <> 'low';

-- Derived from events by a follower (service/store/rollup.ts), a few seconds behind; can be dropped and made again.
CREATE TABLE rollup (
  instance_id uuid PRIMARY KEY REFERENCES instance (id),
  rolled_seq bigint NOT NULL
);

-- What was received in one hour: which seqs, and when it occurred. A period becomes ranges of seq by it.
CREATE TABLE event_slot (
  instance_id uuid NOT NULL REFERENCES instance (id),
  received_on date NOT NULL,
  hour int NOT NULL,
  retention_days int NOT NULL,
  first_seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  events bigint NOT NULL,
  first_occurred_at timestamptz NOT NULL,
  last_occurred_at timestamptz NOT NULL,
  PRIMARY KEY (instance_id, received_on, hour, retention_days)
);

-- Events by day (UTC, of occurrence) and value of one facet: kind, model, user, category, severity, hour.
CREATE TABLE event_count (
  instance_id uuid NOT NULL REFERENCES instance (id),
  day date NOT NULL,
  facet text NOT NULL,
  value text NOT NULL,
  label text,
  events bigint NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (instance_id, facet, day, value)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON rollup, event_slot, event_count TO vigil_worker;
