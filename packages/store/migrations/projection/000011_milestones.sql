-- Up Migration
ALTER TABLE calls ADD COLUMN ended_told_at timestamptz, ADD COLUMN ended_told_by text, ADD COLUMN recording_told_at timestamptz, ADD COLUMN recording_told_by text;
CREATE INDEX calls_ended_told ON calls (account, ended_told_at);
-- What the chase looks for: few at any time but where nothing is recorded, and those are skipped by when their end was told.
CREATE INDEX calls_unrecorded ON calls (account, ended_told_at) WHERE status = 'completed' AND recording_url IS NULL;
CREATE INDEX calls_open ON calls (account, first_webhook_at) WHERE status IS NULL OR status IN ('queued', 'ringing', 'in-progress', 'unknown');
COMMENT ON COLUMN calls.ended_told_at IS 'When we received what first told that the call is over: since then its end is durable.';
COMMENT ON COLUMN calls.ended_told_by IS 'Who told so: webhook, poll or lookup.';
COMMENT ON COLUMN calls.recording_told_at IS 'When we received the first reference to its recording.';
COMMENT ON COLUMN calls.recording_told_by IS 'Who gave it: webhook, poll or lookup.';
ALTER TABLE observations ADD COLUMN scan_id text;
COMMENT ON COLUMN observations.scan_id IS 'The read of the API that the row stood in, by which its lane is known; null for a delivery.';

-- Down Migration
ALTER TABLE observations DROP COLUMN scan_id;
DROP INDEX calls_open, calls_unrecorded, calls_ended_told;
ALTER TABLE calls DROP COLUMN ended_told_at, DROP COLUMN ended_told_by, DROP COLUMN recording_told_at, DROP COLUMN recording_told_by;
