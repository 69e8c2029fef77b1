-- Long work (tasks), the files of reports, their schedules, and how an organisation's reports look.

CREATE TABLE task (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation (id),
  kind text NOT NULL,
  title text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')),
  progress double precision NOT NULL DEFAULT 0,
  step text NOT NULL DEFAULT 'waiting',
  parameters json NOT NULL,
  result json,
  error text,
  attempts int NOT NULL DEFAULT 0,
  created_by json NOT NULL,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  holder text,
  held_until timestamptz
);

CREATE INDEX task_newest ON task (organisation_id, created_at, id);

CREATE INDEX task_open ON task (kind, created_at) WHERE state IN ('pending', 'running');

CREATE TABLE report_schedule (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation (id),
  name text NOT NULL,
  cron text NOT NULL,
  time_zone text NOT NULL,
  period text NOT NULL,
  request json NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  created_by json NOT NULL,
  created_at timestamptz NOT NULL,
  next_run_at timestamptz,
  last_run_at timestamptz
);

CREATE INDEX report_schedule_due ON report_schedule (next_run_at) WHERE enabled;

CREATE TABLE report_file (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation (id),
  task_id uuid NOT NULL,
  schedule_id uuid,
  title text NOT NULL,
  file_name text NOT NULL,
  request json NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 text NOT NULL,
  events bigint NOT NULL,
  rows bigint NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  expires_at timestamptz,
  removed_at timestamptz
);

CREATE INDEX report_file_newest ON report_file (organisation_id, made_at, id);

CREATE INDEX report_file_schedule ON report_file (schedule_id, made_at) WHERE removed_at IS NULL;

CREATE TABLE report_brand (
  organisation_id uuid PRIMARY KEY REFERENCES organisation (id),
  color text,
  logo bytea,
  logo_type text,
  time_zone text NOT NULL DEFAULT 'UTC',
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON task, report_file, report_brand TO vigil_worker;

GRANT SELECT, INSERT, UPDATE, DELETE ON report_schedule TO vigil_worker;
