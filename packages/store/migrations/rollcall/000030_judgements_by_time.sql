-- Up Migration
ALTER TABLE judgements ADD COLUMN call_created_at timestamptz;
COMMENT ON COLUMN judgements.call_created_at IS 'When its call was created, as far as it was known when the call was last judged; the same for all that is said of one call. Where to look first, no more: what counts is calls.created_at.';
CREATE INDEX judgements_by_time ON judgements (account, call_created_at) INCLUDE (call_sid, outcome, reason);

-- Down Migration
ALTER TABLE judgements DROP COLUMN call_created_at;
