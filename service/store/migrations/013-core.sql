-- How often in a row the checkpoint webhook did not take what it was to take, and what it said last.
ALTER TABLE instance ADD COLUMN webhook_failures int NOT NULL DEFAULT 0;

ALTER TABLE instance ADD COLUMN webhook_error text;

-- A signing key after the first took over from the one before: what both signed (service/keys/handover.ts).
ALTER TABLE signing_key ADD COLUMN handover json;

-- New organisations keep 90 days; those that are there keep what they had.
ALTER TABLE organisation ALTER COLUMN retention_days SET DEFAULT 90;
