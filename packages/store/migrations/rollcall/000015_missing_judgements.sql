-- Up Migration
-- What lookups are chosen from, a part at a time: in a blackout every call is missing its webhook.
CREATE INDEX judgements_missing ON judgements (account, call_sid) WHERE outcome = 'missing';

-- Down Migration
DROP INDEX judgements_missing;
