-- The last checkpoint that the webhook took: what it missed while it was down is posted when it is back.
ALTER TABLE instance ADD COLUMN webhook_number bigint NOT NULL DEFAULT 0;
