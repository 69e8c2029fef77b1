-- People, what they may do, how they sign in; and the service's own audit log on its way into the chain.

-- 'internal': one an organisation, whose events are what was done in Vigil itself. No Odoo stands behind it.
ALTER TABLE instance ADD COLUMN kind text NOT NULL DEFAULT 'odoo' CHECK (kind IN ('odoo', 'internal'));

CREATE UNIQUE INDEX instance_internal ON instance (organisation_id) WHERE kind = 'internal';

CREATE TABLE audit_staging (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  organisation_id uuid NOT NULL REFERENCES organisation (id),
  occurred_at timestamptz NOT NULL,
  entry json NOT NULL
);

CREATE TABLE person (
  id uuid PRIMARY KEY,
  email text NOT NULL CHECK (email = lower(email)),
  name text NOT NULL,
  password_hash text,
  password_set_at timestamptz,
  created_at timestamptz NOT NULL,
  last_sign_in_at timestamptz
);

CREATE UNIQUE INDEX person_email ON person (email);

-- role: the key of a system role, or the id of a custom one
CREATE TABLE membership (
  organisation_id uuid NOT NULL REFERENCES organisation (id),
  person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  role text NOT NULL,
  invited_at timestamptz NOT NULL,
  invited_by text NOT NULL,
  joined_at timestamptz,
  PRIMARY KEY (organisation_id, person_id)
);

CREATE INDEX membership_person ON membership (person_id);

CREATE TABLE role (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation (id),
  name text NOT NULL,
  description text NOT NULL,
  permissions json NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX role_name ON role (organisation_id, lower(name));

CREATE TABLE sign_in (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  token_digest bytea NOT NULL UNIQUE,
  method text NOT NULL,
  ip text,
  user_agent text,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE INDEX sign_in_person ON sign_in (person_id);

CREATE TABLE api_key (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation (id),
  name text NOT NULL,
  digest bytea NOT NULL UNIQUE,
  prefix text NOT NULL,
  permissions json NOT NULL,
  created_by uuid NOT NULL REFERENCES person (id),
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz,
  last_used_ip text,
  revoked_at timestamptz
);

CREATE INDEX api_key_organisation ON api_key (organisation_id);

CREATE TABLE one_time_link (
  digest bytea PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('setup', 'invite', 'reset')),
  person_id uuid REFERENCES person (id) ON DELETE CASCADE,
  organisation_id uuid REFERENCES organisation (id),
  drop_second_factor boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE totp (
  person_id uuid PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  last_step bigint NOT NULL DEFAULT 0
);

CREATE TABLE recovery_code (
  person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  digest bytea NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (person_id, digest)
);

CREATE TABLE passkey (
  id text PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports json NOT NULL,
  name text NOT NULL,
  synced boolean NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz
);

CREATE INDEX passkey_person ON passkey (person_id);

CREATE TABLE webauthn_challenge (
  challenge text PRIMARY KEY,
  person_id uuid REFERENCES person (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);

CREATE TABLE known_device (
  person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  digest bytea NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (person_id, digest)
);

CREATE TABLE sign_in_throttle (
  key text PRIMARY KEY,
  failures int NOT NULL,
  last_failed_at timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL,
  told boolean NOT NULL DEFAULT false
);

GRANT SELECT, INSERT, DELETE ON audit_staging TO vigil_worker;

GRANT UPDATE (name) ON organisation TO vigil_worker;

GRANT SELECT, INSERT, UPDATE ON api_key TO vigil_worker;

GRANT SELECT, INSERT, UPDATE, DELETE ON person, membership, role, sign_in, one_time_link, totp, recovery_code, passkey, webauthn_challenge, known_device, sign_in_throttle TO vigil_worker;
