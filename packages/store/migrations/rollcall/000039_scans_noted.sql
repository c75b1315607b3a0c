-- Up Migration
-- A scan ends before it says anything of a window: its rows are appended, projected and read back first. Completeness as of a moment asks what had been said by then.
ALTER TABLE window_scans ADD COLUMN noted_at timestamptz;
UPDATE window_scans ws SET noted_at = coalesce((SELECT s.ended_at FROM scans s WHERE s.scan_id = ws.scan_id), started_at);
ALTER TABLE window_scans ALTER COLUMN noted_at SET NOT NULL;
COMMENT ON COLUMN window_scans.noted_at IS 'By our clock, when this was written: since then we knew.';
SELECT rollcall.make_audit_views();

-- Down Migration
-- The view takes every column that there was when it was made; so it is made as before.
CREATE OR REPLACE VIEW audit.windows WITH (security_invoker = true) AS
  SELECT w.account, w.window_from, w.window_from + interval '5 minutes' AS window_to,
         ((w.window_from AT TIME ZONE 'UTC') + interval '330 minutes')::date AS day,
         w.state, w.reason, w.since, coalesce((w.detail ->> 'times')::integer, 0) AS amendments,
         s.scan_id AS last_scan_id, s.started_at AS last_scan_at, s.calls_listed, s.calls_held, s.calls_found, s.unresolved AS calls_unresolved, s.projected AS read_back
  FROM rollcall.windows w
  LEFT JOIN LATERAL (SELECT ws.account, ws.window_from, ws.scan_id, ws.started_at, ws.digest, ws.projected, ws.unresolved, ws.calls_listed, ws.calls_held, ws.calls_found
    FROM rollcall.window_scans ws WHERE ws.account = w.account AND ws.window_from = w.window_from ORDER BY ws.started_at DESC, ws.scan_id DESC LIMIT 1) s ON true;
ALTER TABLE window_scans DROP COLUMN noted_at;
