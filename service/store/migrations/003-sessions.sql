-- Sessions, policies of sessions, findings. What stands here is made from events or asked from Odoo again: the evidence itself is in event.

CREATE TABLE session (
  organisation_id uuid NOT NULL,
  instance_id uuid NOT NULL REFERENCES instance (id),
  session text NOT NULL,
  user_id bigint,
  user_login text NOT NULL,
  user_name text NOT NULL,
  method text,
  interface text,
  started_at timestamptz NOT NULL,
  last_request_at timestamptz,
  last_activity_at timestamptz,
  active_s bigint NOT NULL DEFAULT 0,
  idle_s bigint NOT NULL DEFAULT 0,
  ip text,
  user_agent text,
  browser text,
  browser_version text,
  os text,
  os_version text,
  device_type text,
  country_code text,
  country text,
  city text,
  asn bigint,
  as_name text,
  ended_at timestamptz,
  end_reason text,
  ended_by json,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (instance_id, session)
);

CREATE INDEX session_started ON session (instance_id, started_at, session);

CREATE INDEX session_live ON session (instance_id, started_at, session) WHERE ended_at IS NULL;

CREATE INDEX session_by_user ON session (instance_id, user_login, started_at, session);

CREATE TABLE session_sync (
  instance_id uuid PRIMARY KEY REFERENCES instance (id),
  cursor text,
  next_at timestamptz NOT NULL,
  synced_at timestamptz,
  clock_ahead_s double precision,
  failures int NOT NULL DEFAULT 0,
  error text,
  policy_checked_at timestamptz,
  key_checked_at timestamptz
);

CREATE TABLE session_policy (
  scope_id uuid NOT NULL,
  version int NOT NULL,
  organisation_id uuid NOT NULL,
  instance_id uuid,
  policy json,
  reason text NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL,
  PRIMARY KEY (scope_id, version)
);

CREATE TABLE session_policy_state (
  instance_id uuid PRIMARY KEY REFERENCES instance (id),
  in_force json,
  in_force_version text,
  in_force_changed_at timestamptz,
  in_force_changed_by text,
  checked_at timestamptz,
  pushed text,
  pushed_at timestamptz,
  error text
);

CREATE TABLE finding (
  organisation_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  seq bigint NOT NULL,
  rule text NOT NULL,
  subject text NOT NULL,
  id uuid NOT NULL,
  severity text NOT NULL,
  occurred_at timestamptz NOT NULL,
  user_login text,
  ip text,
  summary text NOT NULL,
  details json NOT NULL,
  evidence json NOT NULL,
  evidence_count int NOT NULL,
  parameters json NOT NULL,
  found_at timestamptz NOT NULL,
  PRIMARY KEY (instance_id, seq, rule, subject)
);

CREATE INDEX finding_occurred ON finding (instance_id, occurred_at, id);

CREATE TABLE finding_cursor (
  instance_id uuid PRIMARY KEY REFERENCES instance (id),
  seq bigint NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE finding_state (
  instance_id uuid NOT NULL,
  rule text NOT NULL,
  key text NOT NULL,
  state json NOT NULL,
  touched_at timestamptz NOT NULL,
  PRIMARY KEY (instance_id, rule, key)
);

CREATE TABLE finding_parameters (
  scope_id uuid NOT NULL,
  rule text NOT NULL,
  organisation_id uuid NOT NULL,
  parameters json NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL,
  PRIMARY KEY (scope_id, rule)
);

CREATE TABLE notice (
  instance_id uuid NOT NULL REFERENCES instance (id),
  key text NOT NULL,
  user_login text NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  tried_at timestamptz,
  attempts int NOT NULL DEFAULT 0,
  outcome text,
  PRIMARY KEY (instance_id, key)
);

CREATE INDEX notice_waiting ON notice (instance_id, created_at) WHERE outcome IS NULL;

CREATE TABLE key_rotation (
  instance_id uuid PRIMARY KEY REFERENCES instance (id),
  id uuid NOT NULL,
  step text NOT NULL CHECK (step IN ('asked', 'received', 'stored', 'done')),
  old_key_id text,
  new_key_id text,
  sealed bytea,
  expires_at timestamptz,
  started_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  error text
);

CREATE INDEX event_login ON event (instance_id, occurred_at, seq) WHERE kind IN ('session.login', 'session.login_failed');

GRANT SELECT, INSERT ON finding, session_policy TO vigil_worker;

GRANT SELECT, INSERT, UPDATE ON session_sync, session_policy_state, finding_cursor, finding_parameters, key_rotation TO vigil_worker;

GRANT SELECT, INSERT, UPDATE, DELETE ON session, finding_state, notice TO vigil_worker;
