-- Vigil's tables and functions in Odoo's database. Idempotent: run at install, at upgrade and before triggers.
-- No view, no partition and no foreign key: uninstalling drops plain tables only, dump and restore keep them.

CREATE TABLE IF NOT EXISTS vigil_relation (
    id serial PRIMARY KEY,
    model text NOT NULL UNIQUE,
    table_name text NOT NULL,
    on_create boolean NOT NULL DEFAULT true,
    on_write boolean NOT NULL DEFAULT true,
    on_unlink boolean NOT NULL DEFAULT true,
    on_read boolean NOT NULL DEFAULT false,
    fields_off text[],                 -- columns and link fields switched off by rule
    binary_fields text[],              -- fields whose content lives in ir_attachment rows
    active boolean NOT NULL DEFAULT true,
    strict boolean NOT NULL DEFAULT false  -- a change that cannot be recorded fails
);

-- What every trigger asks: the relations with a rule of their own, kept by triggers on vigil_relation and vigil_limit.
-- Mostly empty, and without an index: that costs 2 us a call where reading 160 relations cost 25.
-- fields_off '{*}': changes are recorded without values, see vigil_limit.
CREATE TABLE IF NOT EXISTS vigil_ruled (
    id int NOT NULL,
    on_create boolean NOT NULL,
    on_write boolean NOT NULL,
    on_unlink boolean NOT NULL,
    fields_off text[]
);

-- the outbox reached its limit, or came below it again (capture/limit.py)
CREATE TABLE IF NOT EXISTS vigil_limit (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    reached boolean NOT NULL,
    policy text NOT NULL CHECK (policy IN ('keep', 'no_reads', 'no_values')),
    details jsonb NOT NULL DEFAULT '{}'
);

-- one row per table that carries triggers: the fingerprint says whether they are still the right ones
CREATE TABLE IF NOT EXISTS vigil_capture (
    table_name text PRIMARY KEY,
    relation int NOT NULL,
    fingerprint text NOT NULL,
    trigger_names text[] NOT NULL,
    reported boolean NOT NULL DEFAULT false,  -- its missing triggers were told already
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE IF NOT EXISTS vigil_outbox (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id bigserial NOT NULL,
    relation int NOT NULL,
    record_id int NOT NULL,
    op char(1) NOT NULL,
    field text,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    before jsonb,
    after jsonb,
    PRIMARY KEY (xid, relation, record_id, id)
);
CREATE INDEX IF NOT EXISTS vigil_outbox_gap ON vigil_outbox (id) WHERE op = 'E' AND after->>'kind' = 'tracking.gap';

CREATE TABLE IF NOT EXISTS vigil_transaction (
    xid xid8 PRIMARY KEY DEFAULT pg_current_xact_id(),
    data jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Who is behind the transaction (attribution.py), once. NULL: it has written nothing, and gets no id by this question;
-- '': there is a row; otherwise why not. One call costs 45 us beyond a round trip when it writes and 6 us when it does
-- not, where savepoint, insert and release sent together cost 75 and 50: a function's plans are kept.
CREATE OR REPLACE FUNCTION vigil_attribute(who text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    own xid8 := pg_current_xact_id_if_assigned();
BEGIN
    IF own IS NULL THEN
        RETURN NULL;
    END IF;
    BEGIN
        INSERT INTO @schema@.vigil_transaction (xid, data, at) VALUES (own, who::jsonb, clock_timestamp()) ON CONFLICT DO NOTHING;
    EXCEPTION WHEN OTHERS THEN
        RETURN SQLSTATE || ' ' || SQLERRM;
    END;
    RETURN '';
END $$;

-- the history of the rules: the newest row counts, vigil_relation is what the triggers read of it
CREATE TABLE IF NOT EXISTS vigil_rules (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    uid int,
    reason text,
    rules jsonb NOT NULL
);
-- columns that came later
ALTER TABLE vigil_relation ADD COLUMN IF NOT EXISTS strict boolean NOT NULL DEFAULT false;
ALTER TABLE vigil_capture ADD COLUMN IF NOT EXISTS shape text;      -- of the table and its functions when installed
ALTER TABLE vigil_capture ADD COLUMN IF NOT EXISTS told_shape text; -- the other shape that was told last
ALTER TABLE vigil_capture ADD COLUMN IF NOT EXISTS reported boolean NOT NULL DEFAULT false;
ALTER TABLE vigil_rules ADD COLUMN IF NOT EXISTS xid xid8 NOT NULL DEFAULT pg_current_xact_id();
INSERT INTO vigil_rules (rules)
SELECT '{"models": {}, "users": {"mode": "all", "logins": []}, "keep_days": 7}'
WHERE NOT EXISTS (SELECT 1 FROM vigil_rules);

-- acknowledgements: Odoo is the outside witness of the service's checkpoints
CREATE TABLE IF NOT EXISTS vigil_ack (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    nonce text NOT NULL,               -- from this row on
    previous_nonce text,
    consumer text,                     -- the pinned key; null until the first acknowledgement
    snapshot pg_snapshot,              -- everything visible in it is sealed by the service
    cursor text,
    checkpoint jsonb,
    system_identifier text             -- the cluster this row was written in: tells a restored dump
);

-- SHA-256 of attachment contents by Odoo's own SHA-1: the content is gone from disk when the event is read.
-- Not unique: ON CONFLICT would raise 40001 between concurrent transactions under REPEATABLE READ.
CREATE TABLE IF NOT EXISTS vigil_digest (
    checksum text NOT NULL,
    sha256 text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS vigil_digest_checksum ON vigil_digest (checksum);

-- first value wins: `strict` aggregates hand a single row through without a call
CREATE OR REPLACE FUNCTION vigil_keep_first(kept jsonb, added jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT $2 || $1';

-- the same one level deeper, for values told field by field: {company: value} of two companies
CREATE OR REPLACE FUNCTION vigil_merge_deep(lower jsonb, upper jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT $1 || coalesce(jsonb_object_agg(u.key, CASE
        WHEN jsonb_typeof(u.value) = 'object' AND jsonb_typeof($1 -> u.key) = 'object' THEN ($1 -> u.key) || u.value
        ELSE u.value END), '{}') FROM jsonb_each($2) u $$;
CREATE OR REPLACE FUNCTION vigil_keep_first_deep(kept jsonb, added jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT vigil_merge_deep($2, $1)';

-- what is left of merged values: no nulls, no context keys
CREATE OR REPLACE FUNCTION vigil_present(merged jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each($1) e WHERE e.value <> 'null' AND e.key NOT LIKE '@%' $$;
-- the keys of `merged` that differ from `other`; context keys stay beside real ones
CREATE OR REPLACE FUNCTION vigil_different(merged jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN bool_or(e.key NOT LIKE '@%') THEN jsonb_object_agg(e.key, e.value) END FROM jsonb_each($1) e
    WHERE e.key LIKE '@%' OR e.value IS DISTINCT FROM ($2 -> e.key) OR e.value = '{"redacted": true}' $$;

DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_proc WHERE proname = 'vigil_first' AND pronamespace = current_schema()::regnamespace) THEN
        CREATE AGGREGATE vigil_first(jsonb) (SFUNC = vigil_keep_first, STYPE = jsonb);
        CREATE AGGREGATE vigil_last(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb);
        CREATE AGGREGATE vigil_first_deep(jsonb) (SFUNC = vigil_keep_first_deep, STYPE = jsonb);
        CREATE AGGREGATE vigil_last_deep(jsonb) (SFUNC = vigil_merge_deep, STYPE = jsonb);
    END IF;
END $$;

-- A capture error: written once per transaction and table, never raised. An insert, not a counter that is
-- updated: an update would raise 40001 between concurrent transactions under REPEATABLE READ.
CREATE OR REPLACE FUNCTION vigil_gap(relation_id int, table_name text, operation text, state text, message text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM @schema@.vigil_outbox b WHERE b.xid = pg_current_xact_id() AND b.relation = relation_id
               AND b.record_id = 0 AND b.op = 'E' AND b.after->>'kind' = 'tracking.gap') THEN
        RETURN;
    END IF;
    INSERT INTO @schema@.vigil_outbox (relation, record_id, op, after)
    SELECT relation_id, 0, 'E', jsonb_strip_nulls(jsonb_build_object(
        'kind', 'tracking.gap', 'category', 'system', 'severity', 'high',
        'model', (SELECT r.model FROM @schema@.vigil_relation r WHERE r.id = relation_id),
        'details', jsonb_build_object('table', table_name, 'operation', operation, 'state', state, 'message', left(message, 300))));
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'vigil: a change of % was not captured: %', table_name, message;
END $$;

-- What the capture triggers write with: one captured row, as the rules leave it. True when it was written.
-- Most relations have no rule, and one statement does it; '{*}' leaves no values.
CREATE OR REPLACE FUNCTION vigil_put(relation_id int, row_id int, operation text, field_name text, old_values jsonb, new_values jsonb)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    off text[];
    wanted boolean;
BEGIN
    INSERT INTO @schema@.vigil_outbox (relation, record_id, op, field, before, after)
    SELECT relation_id, row_id, operation, field_name, old_values, new_values
    WHERE NOT EXISTS (SELECT FROM @schema@.vigil_ruled r WHERE r.id = relation_id);
    IF FOUND THEN
        RETURN true;
    END IF;
    SELECT r.fields_off, CASE WHEN field_name IS NOT NULL THEN r.on_write WHEN operation = 'I' THEN r.on_create
        WHEN operation = 'D' THEN r.on_unlink ELSE r.on_write END
    INTO off, wanted FROM @schema@.vigil_ruled r WHERE r.id = relation_id;
    IF NOT wanted OR field_name = ANY (off) THEN
        RETURN false;
    END IF;
    IF off IS NOT NULL AND field_name IS NULL THEN
        IF off[1] = '*' THEN
            old_values := CASE WHEN old_values IS NOT NULL THEN '{}'::jsonb END;
            new_values := CASE WHEN new_values IS NOT NULL THEN '{}'::jsonb END;
        ELSE
            old_values := old_values - off;
            new_values := new_values - off;
            IF operation = 'U' AND old_values = '{}' THEN
                RETURN false;
            END IF;
        END IF;
    END IF;
    INSERT INTO @schema@.vigil_outbox (relation, record_id, op, field, before, after)
    VALUES (relation_id, row_id, operation, field_name, old_values, new_values);
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION vigil_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO @schema@.vigil_outbox (relation, record_id, op, after)
    VALUES (TG_ARGV[0]::int, 0, 'T', jsonb_strip_nulls(jsonb_build_object('table', TG_TABLE_NAME, 'field', nullif(TG_ARGV[1], ''))));
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    PERFORM @schema@.vigil_gap(TG_ARGV[0]::int, TG_TABLE_NAME, TG_OP, SQLSTATE, SQLERRM);
    RETURN NULL;
END $$;

-- Nobody changes evidence; only what the service has acknowledged leaves, after the days that the rules keep it.
CREATE OR REPLACE FUNCTION vigil_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'vigil: % on % is refused: evidence is never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege', HINT = 'Acknowledged events leave by themselves after the days to keep.';
END $$;

CREATE OR REPLACE FUNCTION vigil_only_acknowledged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at < clock_timestamp() - make_interval(days => (
            SELECT COALESCE((r.rules->>'keep_days')::int, 7) FROM @schema@.vigil_rules r ORDER BY r.id DESC LIMIT 1))
       AND pg_visible_in_snapshot(OLD.xid, (
            SELECT a.snapshot FROM @schema@.vigil_ack a WHERE a.snapshot IS NOT NULL ORDER BY a.id DESC LIMIT 1)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'vigil: this event of % is not acknowledged, or the days to keep it are not over', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Rules that are switched by plain SQL, past the history: that is told as what it is.
CREATE OR REPLACE FUNCTION vigil_rules_bypassed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM @schema@.vigil_rules r WHERE r.xid = pg_current_xact_id()) THEN
        INSERT INTO @schema@.vigil_outbox (relation, record_id, op, after)
        VALUES (NEW.id, 0, 'E', jsonb_build_object('kind', 'tracking.rules_changed', 'category', 'admin', 'severity', 'critical',
            'model', NEW.model, 'details', jsonb_build_object('by', 'sql', 'before', to_jsonb(OLD), 'after', to_jsonb(NEW))));
    END IF;
    RETURN NULL;
END $$;
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = 'vigil_relation'::regclass AND tgname = 'vigil_guard_rules') THEN
        CREATE TRIGGER vigil_guard_rules AFTER UPDATE ON vigil_relation FOR EACH ROW
            WHEN ((OLD.on_create, OLD.on_write, OLD.on_unlink, OLD.on_read, OLD.fields_off)
                  IS DISTINCT FROM (NEW.on_create, NEW.on_write, NEW.on_unlink, NEW.on_read, NEW.fields_off))
            EXECUTE FUNCTION vigil_rules_bypassed();
        CREATE TRIGGER vigil_guard_strict AFTER UPDATE ON vigil_relation FOR EACH ROW
            WHEN (OLD.strict AND NOT NEW.strict) EXECUTE FUNCTION vigil_rules_bypassed();
        CREATE TRIGGER vigil_guard_delete BEFORE DELETE ON vigil_relation FOR EACH ROW EXECUTE FUNCTION vigil_refuse();
        CREATE TRIGGER vigil_guard_truncate BEFORE TRUNCATE ON vigil_relation FOR EACH STATEMENT EXECUTE FUNCTION vigil_refuse();
    END IF;
END $$;

-- vigil_ruled follows vigil_relation and vigil_limit, and nobody else writes it.
CREATE OR REPLACE FUNCTION vigil_follow_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hollow boolean := coalesce((SELECT l.reached AND l.policy = 'no_values' FROM @schema@.vigil_limit l ORDER BY l.id DESC LIMIT 1), false);
BEGIN
    DELETE FROM @schema@.vigil_ruled WHERE id = NEW.id;
    INSERT INTO @schema@.vigil_ruled
    SELECT NEW.id, NEW.on_create, NEW.on_write, NEW.on_unlink, CASE WHEN hollow THEN '{*}' ELSE NEW.fields_off END
    WHERE hollow OR NOT (NEW.on_create AND NEW.on_write AND NEW.on_unlink AND NEW.fields_off IS NULL);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION vigil_follow_limit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hollow boolean := NEW.reached AND NEW.policy = 'no_values';
BEGIN
    DELETE FROM @schema@.vigil_ruled;
    INSERT INTO @schema@.vigil_ruled
    SELECT r.id, r.on_create, r.on_write, r.on_unlink, CASE WHEN hollow THEN '{*}' ELSE r.fields_off END FROM @schema@.vigil_relation r
    WHERE hollow OR NOT (r.on_create AND r.on_write AND r.on_unlink AND r.fields_off IS NULL);
    INSERT INTO @schema@.vigil_outbox (relation, record_id, op, after) VALUES (0, 0, 'E', jsonb_build_object(
        'kind', CASE WHEN NEW.reached THEN 'tracking.limit_reached' ELSE 'tracking.limit_ended' END, 'category', 'system',
        'severity', CASE WHEN hollow THEN 'critical' WHEN NEW.reached THEN 'high' ELSE 'low' END,
        'details', NEW.details || jsonb_build_object('policy', NEW.policy)));
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION vigil_refuse_direct() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'vigil: % on % is refused: it follows the rules', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

-- Capture of a table ended: a module left, or somebody hides that its triggers are gone.
CREATE OR REPLACE FUNCTION vigil_capture_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO @schema@.vigil_outbox (relation, record_id, op, after)
    VALUES (OLD.relation, 0, 'E', jsonb_build_object('kind', 'tracking.capture_ended', 'category', 'system', 'severity',
        CASE WHEN to_regclass(format('%I', OLD.table_name)) IS NULL THEN 'low' ELSE 'high' END,
        'details', jsonb_build_object('table', OLD.table_name)));
    RETURN NULL;
END $$;

-- Digests and causes leave when they are old; nothing else touches them.
CREATE OR REPLACE FUNCTION vigil_only_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at < now() - interval '29 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'vigil: this row of % is not 30 days old', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = 'vigil_relation'::regclass AND tgname = 'vigil_follow') THEN
        CREATE TRIGGER vigil_follow AFTER INSERT OR UPDATE ON vigil_relation FOR EACH ROW EXECUTE FUNCTION vigil_follow_rules();
        CREATE TRIGGER vigil_follow AFTER INSERT ON vigil_limit FOR EACH ROW EXECUTE FUNCTION vigil_follow_limit();
        -- rules from before this table was there
        INSERT INTO vigil_ruled SELECT r.id, r.on_create, r.on_write, r.on_unlink, r.fields_off FROM vigil_relation r
        WHERE NOT (r.on_create AND r.on_write AND r.on_unlink AND r.fields_off IS NULL);
        CREATE TRIGGER vigil_guard_update BEFORE INSERT OR UPDATE ON vigil_ruled FOR EACH STATEMENT EXECUTE FUNCTION vigil_refuse_direct();
        CREATE TRIGGER vigil_guard_delete BEFORE DELETE ON vigil_ruled FOR EACH STATEMENT EXECUTE FUNCTION vigil_refuse_direct();
        CREATE TRIGGER vigil_guard_truncate BEFORE TRUNCATE ON vigil_ruled FOR EACH STATEMENT EXECUTE FUNCTION vigil_refuse();
        CREATE TRIGGER vigil_guard_delete AFTER DELETE ON vigil_capture FOR EACH ROW EXECUTE FUNCTION vigil_capture_ended();
        CREATE TRIGGER vigil_guard_truncate BEFORE TRUNCATE ON vigil_capture FOR EACH STATEMENT EXECUTE FUNCTION vigil_refuse();
        CREATE TRIGGER vigil_guard_update BEFORE UPDATE ON vigil_digest FOR EACH ROW EXECUTE FUNCTION vigil_refuse();
        CREATE TRIGGER vigil_guard_delete BEFORE DELETE ON vigil_digest FOR EACH ROW EXECUTE FUNCTION vigil_only_old();
        CREATE TRIGGER vigil_guard_truncate BEFORE TRUNCATE ON vigil_digest FOR EACH STATEMENT EXECUTE FUNCTION vigil_refuse();
    END IF;
END $$;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['vigil_outbox', 'vigil_transaction', 'vigil_rules', 'vigil_ack', 'vigil_limit'] LOOP
        IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = t::regclass AND tgname = 'vigil_guard_update') THEN
            CONTINUE;
        END IF;
        EXECUTE format('CREATE TRIGGER vigil_guard_update BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION vigil_refuse()', t);
        EXECUTE format('CREATE TRIGGER vigil_guard_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION vigil_refuse()', t);
        EXECUTE format('CREATE TRIGGER vigil_guard_delete BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION %I()', t,
            CASE WHEN t IN ('vigil_outbox', 'vigil_transaction') THEN 'vigil_only_acknowledged' ELSE 'vigil_refuse' END);
    END LOOP;
END $$;
