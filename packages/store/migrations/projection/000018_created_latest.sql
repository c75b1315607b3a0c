-- Up Migration
-- Completeness as of a moment counts a call where it was known to be created then. Of nearly all calls every source told the same window; of these few it has to be looked up.
ALTER TABLE calls ADD COLUMN created_latest timestamptz;
COMMENT ON COLUMN calls.created_latest IS 'The latest time of creation that anyone told. Null where all that was ever told lies in the window of created_at.';
UPDATE calls SET created_latest = (state #>> '{spreads,createdAt,1}')::timestamptz
WHERE date_bin('5 minutes', (state #>> '{spreads,createdAt,0}')::timestamptz, 'epoch') <> date_bin('5 minutes', (state #>> '{spreads,createdAt,1}')::timestamptz, 'epoch');
CREATE INDEX calls_created_otherwise ON calls (account, created_latest) WHERE created_latest IS NOT NULL;
DROP INDEX calls_created;
CREATE INDEX calls_created ON calls (account, created_at)
  INCLUDE (call_sid, verified, listed_at, first_api_at, first_webhook_at, ended_at, ended_told_at, ended_told_by, recording_told_at, recording_told_by, created_latest);

-- Down Migration
DROP INDEX calls_created;
CREATE INDEX calls_created ON calls (account, created_at)
  INCLUDE (call_sid, verified, listed_at, first_api_at, first_webhook_at, ended_at, ended_told_at, ended_told_by, recording_told_at, recording_told_by);
DROP INDEX calls_created_otherwise;
ALTER TABLE calls DROP COLUMN created_latest;
