-- One statement a query (Citus). No triggers: privileges and the chain protect events, on every kind of store.

CREATE TABLE organisation (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  retention_days int NOT NULL DEFAULT 365 CHECK (retention_days BETWEEN 1 AND 36500),
  retention_set_by text NOT NULL DEFAULT 'default',
  retention_set_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE instance (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation (id),
  name text NOT NULL,
  url text NOT NULL,
  db text NOT NULL,
  login text NOT NULL,
  insecure boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'quarantined', 'removed')),
  state_reason text,
  identity json,
  nonce text,
  nonce_pending text,
  odoo_version text,
  addon_version text,
  cursor text,
  schema_version text,
  warnings json NOT NULL DEFAULT '[]',
  lag_seconds double precision,
  last_error text,
  last_pull_at timestamptz,
  head_seq bigint NOT NULL DEFAULT 0,
  head_hash bytea NOT NULL,
  head_received_at timestamptz,
  batch_no bigint NOT NULL DEFAULT 0,
  acknowledged_seq bigint NOT NULL DEFAULT 0,
  acknowledged_cursor text,
  skip_doubles boolean NOT NULL DEFAULT false,
  retention_days int CHECK (retention_days BETWEEN 1 AND 36500),
  retention_set_by text,
  retention_set_at timestamptz,
  hold_reason text,
  hold_set_by text,
  hold_set_at timestamptz,
  created_at timestamptz NOT NULL,
  removed_at timestamptz
);

CREATE UNIQUE INDEX instance_name ON instance (organisation_id, name) WHERE state <> 'removed';

CREATE TABLE instance_schema (
  instance_id uuid NOT NULL REFERENCES instance (id),
  version text NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (instance_id, version)
);

CREATE TABLE credential (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  instance_id uuid NOT NULL UNIQUE REFERENCES instance (id),
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE signing_key (
  public_key text PRIMARY KEY,
  sealed bytea NOT NULL,
  current boolean NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX signing_key_current ON signing_key (current) WHERE current;

CREATE TABLE lease (
  instance_id uuid PRIMARY KEY REFERENCES instance (id),
  holder text NOT NULL,
  fence bigint NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE event (
  organisation_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  retention_days int NOT NULL,
  received_on date NOT NULL,
  seq bigint NOT NULL,
  received_at timestamptz NOT NULL,
  source_id text NOT NULL,
  occurred_at timestamptz NOT NULL,
  kind text NOT NULL,
  category text NOT NULL,
  severity text NOT NULL,
  model text,
  model_label text,
  record_id bigint,
  record_name text,
  user_id bigint,
  user_login text,
  user_name text,
  as_user json,
  origin json NOT NULL,
  origin_type text NOT NULL,
  session text,
  ip text,
  user_agent text,
  request_id text,
  correlation_id text,
  transaction text NOT NULL,
  changes json NOT NULL,
  details json,
  commitments bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (instance_id, received_on, seq, retention_days)
) PARTITION BY RANGE (retention_days, received_on);

CREATE INDEX event_record ON event (instance_id, model, record_id);

CREATE INDEX event_occurred ON event USING brin (occurred_at);

CREATE TABLE batch (
  organisation_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  batch_no bigint NOT NULL,
  first_seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  last_hash bytea NOT NULL,
  fence bigint NOT NULL,
  cursor text,
  retention_days int NOT NULL,
  received_on date NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (instance_id, batch_no),
  UNIQUE (instance_id, first_seq)
);

CREATE TABLE segment (
  organisation_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  number bigint NOT NULL,
  first_seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  retention_days int NOT NULL,
  received_on date NOT NULL,
  body text NOT NULL,
  hash bytea NOT NULL,
  signature text NOT NULL,
  public_key text NOT NULL,
  sealed_at timestamptz NOT NULL,
  PRIMARY KEY (instance_id, number),
  UNIQUE (instance_id, first_seq)
);

CREATE TABLE tombstone (
  organisation_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  number bigint NOT NULL,
  segment_number bigint NOT NULL,
  body text NOT NULL,
  hash bytea NOT NULL,
  signature text NOT NULL,
  public_key text NOT NULL,
  purged_at timestamptz NOT NULL,
  PRIMARY KEY (instance_id, number),
  UNIQUE (instance_id, segment_number)
);

GRANT SELECT, INSERT ON event, batch, segment, organisation, instance_schema TO vigil_worker;

GRANT SELECT ON tombstone, signing_key TO vigil_worker;

GRANT SELECT, INSERT, UPDATE ON instance, lease TO vigil_worker;

GRANT SELECT, INSERT, UPDATE, DELETE ON credential TO vigil_worker;
