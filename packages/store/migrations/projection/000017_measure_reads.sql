-- Up Migration
-- The three measures of a time, from one index: of the calls of a day no row is looked up.
DROP INDEX calls_created;
CREATE INDEX calls_created ON calls (account, created_at)
  INCLUDE (call_sid, verified, listed_at, first_api_at, first_webhook_at, ended_at, ended_told_at, ended_told_by, recording_told_at, recording_told_by);
-- By which read of a list was it told? The rows of one page were received at the same moment, and so lie side by side.
CREATE INDEX observations_listed ON observations (account, received_at) INCLUDE (call_sid, log_offset, scan_id) WHERE surface = 'call-list';

-- Down Migration
DROP INDEX observations_listed, calls_created;
CREATE INDEX calls_created ON calls (account, created_at) INCLUDE (listed_at, first_api_at, first_webhook_at);
