-- Up Migration
ALTER TABLE accounts ADD COLUMN webhooks_silent_since timestamptz;
COMMENT ON COLUMN accounts.webhooks_silent_since IS 'Since when no webhook comes though calls should have told of themselves, by the vendor''s clock; null while they come.';
-- When the last expected webhook came is asked in every run.
CREATE INDEX judgements_arrived ON judgements (account, arrived_at) WHERE arrived_at IS NOT NULL;

-- Down Migration
DROP INDEX judgements_arrived;
ALTER TABLE accounts DROP COLUMN webhooks_silent_since;
