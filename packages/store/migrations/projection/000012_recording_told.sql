-- Up Migration
CREATE INDEX calls_recording_told ON calls (account, recording_told_at) WHERE recording_told_at IS NOT NULL;

-- Down Migration
DROP INDEX calls_recording_told;
