-- Up Migration
-- Few at any time, and looked for by auditors among all.
CREATE INDEX windows_exceptional ON windows (account) WHERE state IN ('gap', 'amended');
CREATE INDEX IF NOT EXISTS scans_of_run ON scans (run_id);

-- Down Migration
DROP INDEX windows_exceptional;
