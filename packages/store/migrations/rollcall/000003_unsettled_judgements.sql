-- Up Migration
-- What every run looks through: webhooks that are awaited, and those that are missing but may still come.
CREATE INDEX judgements_unsettled ON judgements (account, judged_at) WHERE outcome IN ('pending', 'missing');
COMMENT ON COLUMN window_scans.started_at IS 'When the scan began, by the vendor''s clock: what windows are made of.';

-- Down Migration
DROP INDEX judgements_unsettled;
COMMENT ON COLUMN window_scans.started_at IS NULL;
