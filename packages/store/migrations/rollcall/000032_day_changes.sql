-- Up Migration
-- What is said of a webhook may change when no scan looks at its day any more: it comes after all, or is released from quarantine.
ALTER TABLE day_measures ADD COLUMN changes bigint NOT NULL DEFAULT 0, ADD COLUMN changes_counted bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN day_measures.changes IS 'How often something was changed of calls of this day beside all scans: judgements, and what was released from quarantine.';
COMMENT ON COLUMN day_measures.changes_counted IS 'How many of those the measures have counted at least; fewer than there were: it is counted again.';

-- Down Migration
ALTER TABLE day_measures DROP COLUMN changes, DROP COLUMN changes_counted;
