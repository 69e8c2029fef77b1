-- Sessions: who is in Odoo. Times are UTC without a zone, as Odoo's own columns are. The id of a session is never kept,
-- only the SHA-256 of its first 42 characters. Ended rows stay: a resurrected session file is refused by them.
CREATE TABLE IF NOT EXISTS vigil_session (
    id               serial PRIMARY KEY,
    session          text NOT NULL UNIQUE,
    user_id          int NOT NULL,
    login            text,
    method           text NOT NULL DEFAULT 'unknown',
    interface        text NOT NULL DEFAULT 'web',
    started_at       timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    last_request_at  timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    last_activity_at timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    active_s         int NOT NULL DEFAULT 0,
    idle_s           int NOT NULL DEFAULT 0,
    presence         boolean NOT NULL DEFAULT false,  -- the browser tells of its person: requests no longer count
    ip               text,
    user_agent       text,
    ended_at         timestamp,
    end_reason       text,
    end_note         text,
    ended_by         jsonb,
    xid              xid8 NOT NULL DEFAULT pg_current_xact_id()  -- of the last change: the place in `sessions`
);
CREATE INDEX IF NOT EXISTS vigil_session_live ON vigil_session (user_id, started_at) WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS vigil_session_user ON vigil_session (user_id);
CREATE INDEX IF NOT EXISTS vigil_session_changed ON vigil_session (xid, id);
CREATE TABLE IF NOT EXISTS vigil_session_policy (
    id         int PRIMARY KEY CHECK (id = 1),
    policy     jsonb NOT NULL,
    version    int NOT NULL,
    changed_at timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    changed_by jsonb
);
CREATE TABLE IF NOT EXISTS vigil_blocked (
    user_id int PRIMARY KEY,
    reason  text,
    by      jsonb,
    at      timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')
);
-- what is told at most once in a while (a key's use), over all workers
CREATE TABLE IF NOT EXISTS vigil_seen (
    key text PRIMARY KEY,
    at  timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')
);
-- one number that every change of policy, blocks and rules moves (signal.py): never the same twice, also after a rollback
CREATE TABLE IF NOT EXISTS vigil_signal (
    at  bigserial,
    one boolean PRIMARY KEY DEFAULT true CHECK (one)
);
INSERT INTO vigil_signal DEFAULT VALUES ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION vigil_signal_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE vigil_signal SET at = DEFAULT;
    RETURN NULL;
END $$;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['vigil_session_policy', 'vigil_blocked', 'vigil_rules', 'vigil_limit'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = t::regclass AND tgname = 'vigil_signal') THEN
            EXECUTE format('CREATE TRIGGER vigil_signal AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I'
                           ' FOR EACH STATEMENT EXECUTE FUNCTION vigil_signal_moves()', t);
        END IF;
    END LOOP;
END $$;
