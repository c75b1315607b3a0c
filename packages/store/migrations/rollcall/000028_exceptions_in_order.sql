-- Up Migration
-- Exceptions of each kind in the order in which auditors page through them: the latest first, however many there are.
DROP INDEX judgements_late;
CREATE INDEX judgements_late ON judgements (account, judged_at, call_sid, expectation) WHERE reason = 'late' AND outcome = 'arrived';
CREATE INDEX judgements_missing_latest ON judgements (account, judged_at, call_sid, expectation) WHERE outcome = 'missing';
CREATE INDEX absences_denied ON absences (account, last_at, call_sid) WHERE times >= 3 AND last_at - first_at >= interval '30 minutes';
DROP INDEX windows_exceptional;
CREATE INDEX windows_exceptional ON windows (account COLLATE "C", state, since, window_from) WHERE state IN ('gap', 'amended');

CREATE OR REPLACE FUNCTION make_audit_views() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  c record;
  union_of text[] := '{}';
BEGIN
  DROP VIEW IF EXISTS audit.completeness_daily, audit.windows, audit.calls, audit.exceptions, audit.observations, audit.runs;
  DROP VIEW IF EXISTS rollcall.exceptions_missing_webhook, rollcall.exceptions_late_webhook, rollcall.exceptions_conflict, rollcall.exceptions_claim, rollcall.exceptions_dead_letter,
    rollcall.exceptions_unknown_word, rollcall.exceptions_not_held, rollcall.exceptions_gap, rollcall.exceptions_amended;

  CREATE VIEW audit.completeness_daily WITH (security_invoker = true) AS
    SELECT account, day, measured_at,
           measures #>> '{completeness,answer}' AS answer,
           (measures #>> '{completeness,windowsExpected}')::integer AS windows_expected,
           (measures #>> '{completeness,closed,windows}')::integer AS windows_closed,
           coalesce((measures #>> '{completeness,byState,gap,windows}')::integer, 0) AS windows_gap,
           (measures #>> '{completeness,closed,listed}')::bigint AS calls_listed,
           (measures #>> '{completeness,closed,exact}')::bigint AS calls_exact,
           (measures #>> '{completeness,closed,unlisted}')::bigint AS calls_unlisted,
           (measures #>> '{completeness,closed,claims}')::bigint AS calls_claimed,
           (measures #>> '{timeliness,ended,facts}')::bigint AS ends_measured,
           (measures #>> '{timeliness,ended,withinObjective}')::bigint AS ends_within_objective,
           (measures #>> '{timeliness,ended,withinRpo}')::bigint AS ends_within_rpo,
           (measures #>> '{timeliness,recorded,facts}')::bigint AS recordings_measured,
           (measures #>> '{timeliness,recorded,withinRpo}')::bigint AS recordings_within_rpo,
           (measures #>> '{webhooks,expected}')::bigint AS webhooks_expected,
           (measures #>> '{webhooks,arrived}')::bigint AS webhooks_arrived,
           (measures #>> '{webhooks,late}')::bigint AS webhooks_late,
           (measures #>> '{webhooks,missing}')::bigint AS webhooks_missing
    FROM rollcall.day_measures;
  COMMENT ON VIEW audit.completeness_daily IS 'One row per account and IST day: the three measures, each by itself (docs/measures.md).';
  COMMENT ON COLUMN audit.completeness_daily.day IS 'A day of India''s time, from 18:30 UTC of the day before.';
  COMMENT ON COLUMN audit.completeness_daily.measured_at IS 'When it was counted: after the last change of anything in it.';
  COMMENT ON COLUMN audit.completeness_daily.answer IS 'complete: every window closed, every listed call held. incomplete: a closed window lacks a call. unproven: not every window is closed.';
  COMMENT ON COLUMN audit.completeness_daily.windows_expected IS '288 of a whole day.';
  COMMENT ON COLUMN audit.completeness_daily.windows_closed IS 'Final or amended.';
  COMMENT ON COLUMN audit.completeness_daily.windows_gap IS 'Windows that can never be closed.';
  COMMENT ON COLUMN audit.completeness_daily.calls_listed IS 'Calls that Exotel listed in the closed windows when it was last asked.';
  COMMENT ON COLUMN audit.completeness_daily.calls_exact IS 'Of those, held as they were listed. Equal to calls_listed: nothing is missing.';
  COMMENT ON COLUMN audit.completeness_daily.calls_unlisted IS 'Verified calls that no list showed; beside calls_listed.';
  COMMENT ON COLUMN audit.completeness_daily.calls_claimed IS 'Calls that only webhooks told of; they count nowhere.';
  COMMENT ON COLUMN audit.completeness_daily.ends_measured IS 'Confirmed calls of which it is known when they ended and since when that is durable.';
  COMMENT ON COLUMN audit.completeness_daily.ends_within_objective IS 'Of those, durable within 10 minutes.';
  COMMENT ON COLUMN audit.completeness_daily.ends_within_rpo IS 'Of those, durable within 20 minutes.';
  COMMENT ON COLUMN audit.completeness_daily.recordings_measured IS 'Recordings of which the reference is held.';
  COMMENT ON COLUMN audit.completeness_daily.recordings_within_rpo IS 'Of those, durable within 5 minutes after the API last showed the call without.';
  COMMENT ON COLUMN audit.completeness_daily.webhooks_expected IS 'Webhooks that coverage rules expect of the day''s calls.';
  COMMENT ON COLUMN audit.completeness_daily.webhooks_arrived IS 'Of those, the ones that came.';
  COMMENT ON COLUMN audit.completeness_daily.webhooks_late IS 'Of those that came, after their time.';
  COMMENT ON COLUMN audit.completeness_daily.webhooks_missing IS 'Of those expected, the ones that did not come.';

  CREATE VIEW audit.windows WITH (security_invoker = true) AS
    SELECT w.account, w.window_from, w.window_from + interval '5 minutes' AS window_to,
           ((w.window_from AT TIME ZONE 'UTC') + interval '330 minutes')::date AS day,
           w.state, w.reason, w.since, coalesce((w.detail ->> 'times')::integer, 0) AS amendments,
           s.scan_id AS last_scan_id, s.started_at AS last_scan_at, s.calls_listed, s.calls_held, s.calls_found, s.unresolved AS calls_unresolved, s.projected AS read_back
    FROM rollcall.windows w
    LEFT JOIN LATERAL (SELECT * FROM rollcall.window_scans ws WHERE ws.account = w.account AND ws.window_from = w.window_from ORDER BY ws.started_at DESC, ws.scan_id DESC LIMIT 1) s ON true;
  COMMENT ON VIEW audit.windows IS 'One row per account and window of five minutes, also of one without a call.';
  COMMENT ON COLUMN audit.windows.state IS 'open, settling, provisional, final, amended, gap.';
  COMMENT ON COLUMN audit.windows.reason IS 'Why it is in this state.';
  COMMENT ON COLUMN audit.windows.since IS 'Since when, by Exotel''s clock.';
  COMMENT ON COLUMN audit.windows.amendments IS 'How often it was different after it had been final.';
  COMMENT ON COLUMN audit.windows.last_scan_at IS 'When it was last read whole, by Exotel''s clock.';
  COMMENT ON COLUMN audit.windows.calls_listed IS 'Calls that this read listed.';
  COMMENT ON COLUMN audit.windows.calls_held IS 'Of those, held when they were read back.';
  COMMENT ON COLUMN audit.windows.calls_found IS 'Of those, calls that nothing had told of before.';
  COMMENT ON COLUMN audit.windows.calls_unresolved IS 'Calls we hold that it did not list and that are not explained.';
  COMMENT ON COLUMN audit.windows.read_back IS 'Everything it listed was read back from the projection.';

  CREATE VIEW audit.calls WITH (security_invoker = true) AS
    SELECT account, call_sid, status, direction, exophone, created_at, started_at, ended_at, duration_seconds, conversation_seconds, price, leg1_status, leg2_status,
           parent_call_sid, verified, first_webhook_at, first_api_at, recording_told_at IS NOT NULL AS has_recording, ended_told_at, ended_told_by, recording_told_at, recording_told_by,
           conflicts, encode(digest, 'hex') AS state_digest, version
    FROM projection.calls;
  COMMENT ON VIEW audit.calls IS 'One row per call, without what is personal.';
  COMMENT ON COLUMN audit.calls.created_at IS 'Exotel''s DateCreated; decides the window. Null while only a webhook without it has told of the call.';
  COMMENT ON COLUMN audit.calls.price IS 'As Exotel states it, exact. 0 may mean: not billed yet.';
  COMMENT ON COLUMN audit.calls.verified IS 'An authenticated API read contained the call; a webhook alone is a claim.';
  COMMENT ON COLUMN audit.calls.first_webhook_at IS 'When the first webhook about the call was received; null: none was.';
  COMMENT ON COLUMN audit.calls.first_api_at IS 'When an API read first contained the call.';
  COMMENT ON COLUMN audit.calls.has_recording IS 'A reference to its recording is held.';
  COMMENT ON COLUMN audit.calls.ended_told_at IS 'When we received what first told that the call is over.';
  COMMENT ON COLUMN audit.calls.ended_told_by IS 'Who told so: webhook, poll or lookup.';
  COMMENT ON COLUMN audit.calls.conflicts IS 'Where sources contradict each other, as kind:field.';
  COMMENT ON COLUMN audit.calls.state_digest IS 'SHA-256 of the canonical text of the call record, hex.';

  CREATE VIEW audit.observations WITH (security_invoker = true) AS
    SELECT account, call_sid, partition, log_offset, ce_id AS observation_id, surface, event, source AS received_by, received_at, scan_id, outcome, payload_sha256, exceptions
    FROM projection.observations WHERE account IS NOT NULL;
  COMMENT ON VIEW audit.observations IS 'One row per record of the log: a webhook, or a row of the API.';
  COMMENT ON COLUMN audit.observations.partition IS 'With log_offset, its place in rollcall.observations.v1.';
  COMMENT ON COLUMN audit.observations.received_by IS 'Which process received or read it.';
  COMMENT ON COLUMN audit.observations.scan_id IS 'The read of the API that the row stood in; null of a webhook.';
  COMMENT ON COLUMN audit.observations.outcome IS 'facts: it told of a call; no-call: it did not mean to; dead-letter: no reader understood it.';
  COMMENT ON COLUMN audit.observations.payload_sha256 IS 'Of the exact bytes received, hex.';
  COMMENT ON COLUMN audit.observations.exceptions IS 'What was read, but not as we know it.';

  CREATE VIEW audit.runs WITH (security_invoker = true) AS
    SELECT account, run_id, kind, lanes, planned_at, started_at, ended_at, outcome, scans, requests, windows_closed, calls_found, webhooks_missing, stop_reason FROM rollcall.runs;
  COMMENT ON VIEW audit.runs IS 'One row per pass of the reconciler: when the control was performed, and what came of it.';
  COMMENT ON COLUMN audit.runs.planned_at IS 'When the schedule wanted it.';
  COMMENT ON COLUMN audit.runs.outcome IS 'running, complete, gaps-remain, lease-lost, stopped, failed.';
  COMMENT ON COLUMN audit.runs.calls_found IS 'Calls that no observation had told of before it.';
  COMMENT ON COLUMN audit.runs.stop_reason IS 'Why it is not complete.';

  -- Each kind has a view of its own, on an index that begins with account and detected_at: of a union, Postgres cannot find the latest without reading all of it.
  FOR c IN SELECT * FROM (VALUES
    ('missing_webhook', $q$SELECT account, 'missing-webhook' AS kind, jsonb_build_array(call_sid, expectation) AS subject, 'medium' AS severity, reason, judged_at AS detected_at, call_sid,
       NULL::timestamptz AS window_from, NULL::integer AS partition, NULL::bigint AS log_offset, expectation AS detail FROM rollcall.judgements WHERE outcome = 'missing'$q$),
    ('late_webhook', $q$SELECT account, 'late-webhook' AS kind, jsonb_build_array(call_sid, expectation) AS subject, 'low' AS severity, reason, judged_at AS detected_at, call_sid,
       NULL::timestamptz AS window_from, NULL::integer AS partition, NULL::bigint AS log_offset, expectation AS detail FROM rollcall.judgements WHERE reason = 'late' AND outcome = 'arrived'$q$),
    ('conflict', $q$SELECT account, 'conflict' AS kind, jsonb_build_array(call_sid) AS subject, CASE WHEN array_to_string(conflicts, ' ') LIKE '%identity_conflict%' THEN 'high' ELSE 'medium' END AS severity,
       array_to_string(conflicts, ', ') AS reason, greatest(first_webhook_at, first_api_at) AS detected_at, call_sid,
       NULL::timestamptz AS window_from, NULL::integer AS partition, NULL::bigint AS log_offset, NULL::text AS detail FROM projection.calls WHERE conflicts <> '{}'$q$),
    ('claim', $q$SELECT a.account, 'claim' AS kind, jsonb_build_array(a.call_sid) AS subject, 'high' AS severity, NULL::text AS reason, a.last_at AS detected_at, a.call_sid,
       NULL::timestamptz AS window_from, NULL::integer AS partition, NULL::bigint AS log_offset, a.times::text AS detail
       FROM rollcall.absences a JOIN projection.calls c ON c.account = a.account AND c.call_sid = a.call_sid AND NOT c.verified
       WHERE a.times >= 3 AND a.last_at - a.first_at >= interval '30 minutes'$q$),
    ('dead_letter', $q$SELECT account COLLATE "C" AS account, 'dead-letter' AS kind, jsonb_build_array(partition, log_offset::text) AS subject, 'medium' AS severity, reason, received_at AS detected_at, NULL::text COLLATE "C" AS call_sid,
       NULL::timestamptz AS window_from, partition, log_offset, surface AS detail FROM projection.dead_letters WHERE account IS NOT NULL$q$),
    ('unknown_word', $q$SELECT account, 'unknown-word' AS kind, jsonb_build_array(partition, log_offset::text) AS subject, 'low' AS severity, NULL::text AS reason, received_at AS detected_at, call_sid,
       NULL::timestamptz AS window_from, partition, log_offset, surface AS detail FROM projection.observations WHERE exceptions IS NOT NULL AND account IS NOT NULL$q$),
    ('not_held', $q$SELECT account, 'not-held' AS kind, jsonb_build_array(day::text) AS subject, 'high' AS severity, NULL::text AS reason, measured_at AS detected_at, NULL::text COLLATE "C" AS call_sid,
       (day::timestamp - interval '330 minutes') AT TIME ZONE 'UTC' AS window_from, NULL::integer AS partition, NULL::bigint AS log_offset, day::text AS detail
       FROM rollcall.day_measures WHERE measures #>> '{completeness,answer}' = 'incomplete'$q$),
    ('gap', $q$SELECT account COLLATE "C" AS account, 'gap' AS kind, jsonb_build_array((extract(epoch FROM window_from) * 1000)::bigint) AS subject, 'high' AS severity, reason, since AS detected_at, NULL::text COLLATE "C" AS call_sid,
       window_from, NULL::integer AS partition, NULL::bigint AS log_offset, NULL::text AS detail FROM rollcall.windows WHERE state = 'gap'$q$),
    ('amended', $q$SELECT account COLLATE "C" AS account, 'amended' AS kind, jsonb_build_array((extract(epoch FROM window_from) * 1000)::bigint) AS subject, 'low' AS severity, reason, since AS detected_at, NULL::text COLLATE "C" AS call_sid,
       window_from, NULL::integer AS partition, NULL::bigint AS log_offset, NULL::text AS detail FROM rollcall.windows WHERE state = 'amended'$q$)) AS kinds (name, found)
  LOOP
    -- What was done is looked up for one exception after the other: joined as a whole, it would put what was found out of its order.
    EXECUTE format($q$CREATE VIEW rollcall.exceptions_%s WITH (security_invoker = true) AS
      SELECT f.account, f.kind, f.subject, f.severity, f.reason, f.detected_at, f.call_sid, f.window_from, f.partition, f.log_offset, f.detail,
             CASE h.last_action WHEN 'close' THEN 'closed' WHEN 'assign' THEN 'assigned' ELSE 'open' END AS state,
             h.assignee, CASE h.last_action WHEN 'close' THEN h.resolution END AS resolution, h.actions
      FROM (%s) f CROSS JOIN LATERAL (
        SELECT count(*) AS actions,
               (array_agg(action ORDER BY log_offset DESC) FILTER (WHERE action <> 'annotate'))[1] AS last_action,
               (array_agg(assignee ORDER BY log_offset DESC) FILTER (WHERE action = 'assign'))[1] AS assignee,
               (array_agg(resolution ORDER BY log_offset DESC) FILTER (WHERE action = 'close'))[1] AS resolution
        FROM rollcall.exception_actions a WHERE a.account = f.account AND a.kind = f.kind AND a.subject = f.subject) h$q$, c.name, c.found);
    EXECUTE format('COMMENT ON VIEW rollcall.exceptions_%s IS %L', c.name, 'One kind of audit.exceptions.');
    union_of := union_of || format('SELECT * FROM rollcall.exceptions_%s', c.name);
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('rollcall_audit_api', 'rollcall_auditor')) = 2 THEN
      EXECUTE format('GRANT SELECT ON rollcall.exceptions_%s TO rollcall_audit_api, rollcall_auditor', c.name);
    END IF;
  END LOOP;
  EXECUTE 'CREATE VIEW audit.exceptions WITH (security_invoker = true) AS ' || array_to_string(union_of, ' UNION ALL ');
  COMMENT ON VIEW audit.exceptions IS 'What has to be looked at, and what people did about it.';
  COMMENT ON COLUMN audit.exceptions.kind IS 'missing-webhook, late-webhook, conflict, claim, dead-letter, unknown-word, not-held, gap, amended (docs/audit-api.md).';
  COMMENT ON COLUMN audit.exceptions.subject IS 'What it is about; with account and kind, its name for good.';
  COMMENT ON COLUMN audit.exceptions.reason IS 'Of a missing webhook: never-arrived, quarantined, refused.';
  COMMENT ON COLUMN audit.exceptions.detected_at IS 'When it was first known.';
  COMMENT ON COLUMN audit.exceptions.state IS 'open, assigned, closed.';
  COMMENT ON COLUMN audit.exceptions.actions IS 'How often somebody did something about it.';

  -- What is called the same means the same wherever it is not explained above.
  FOR c IN SELECT a.attrelid::regclass AS view_name, a.attname, words.said FROM pg_attribute a JOIN pg_class v ON v.oid = a.attrelid AND v.relnamespace = 'audit'::regnamespace
    JOIN (VALUES
    ('account', 'The Exotel account.'),
    ('call_sid', 'Exotel''s name of the call.'),
    ('status', 'queued, ringing, in-progress, completed, busy, no-answer, failed, canceled, unknown.'),
    ('direction', 'Of the call, in Exotel''s words.'),
    ('exophone', 'The ExoPhone; Exotel calls it PhoneNumberSid.'),
    ('started_at', 'When it began.'),
    ('ended_at', 'When it ended.'),
    ('duration_seconds', 'The whole session, ringing included.'),
    ('conversation_seconds', 'How long both legs were connected.'),
    ('leg1_status', 'Of the first leg.'),
    ('leg2_status', 'Of the second leg.'),
    ('parent_call_sid', 'The call that it is a part of.'),
    ('recording_told_at', 'When we received the first reference to its recording.'),
    ('recording_told_by', 'Who gave it: webhook, poll or lookup.'),
    ('version', 'Grows by one with every change.'),
    ('assignee', 'Who it was given to last.'),
    ('detail', 'The expected webhook, the surface, the day, or how often the API denied the call.'),
    ('log_offset', 'Place within the partition.'),
    ('partition', 'Of rollcall.observations.v1.'),
    ('resolution', 'How it was closed: explained, fixed, accepted, vendor, duplicate, false-alarm.'),
    ('severity', 'high, medium, low.'),
    ('window_from', 'Start of the window, by Exotel''s creation time.'),
    ('window_to', 'Its end, which is not part of it.'),
    ('day', 'The IST day that it is in.'),
    ('last_scan_id', 'The read of the API that last covered it whole.'),
    ('event', 'Which webhook it was, such as status-callback/terminal; null of an API row.'),
    ('observation_id', 'Its CloudEvents id.'),
    ('received_at', 'When we received it, by our clock.'),
    ('surface', 'The kind of webhook, or call-list, call-lookup.'),
    ('kind', 'cron or one-shot.'),
    ('lanes', 'The classes of work that it took on.'),
    ('requests', 'Requests sent to Exotel.'),
    ('run_id', 'Its name.'),
    ('scans', 'Reads of the list API that it made.'),
    ('webhooks_missing', 'Expected webhooks that it newly judged missing.'),
    ('windows_closed', 'Windows that it made final.')) AS words (name, said) ON words.name = a.attname
    WHERE a.attnum > 0 AND col_description(a.attrelid, a.attnum) IS NULL LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', c.view_name, c.attname, c.said);
  END LOOP;
END $$;

SELECT rollcall.make_audit_views();

-- Down Migration
DROP INDEX windows_exceptional;
CREATE INDEX windows_exceptional ON windows (account) WHERE state IN ('gap', 'amended');
DROP INDEX absences_denied, judgements_missing_latest, judgements_late;
CREATE INDEX judgements_late ON judgements (account, judged_at) WHERE reason = 'late';

-- open_to_auditors makes those of before.
DROP VIEW audit.completeness_daily, audit.windows, audit.calls, audit.exceptions, audit.observations, audit.runs;
DROP VIEW rollcall.exceptions_missing_webhook, rollcall.exceptions_late_webhook, rollcall.exceptions_conflict, rollcall.exceptions_claim, rollcall.exceptions_dead_letter,
  rollcall.exceptions_unknown_word, rollcall.exceptions_not_held, rollcall.exceptions_gap, rollcall.exceptions_amended;

CREATE OR REPLACE FUNCTION make_audit_views() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  c record;
BEGIN
  DROP VIEW IF EXISTS audit.completeness_daily, audit.windows, audit.calls, audit.exceptions, audit.observations, audit.runs;

  CREATE VIEW audit.completeness_daily WITH (security_invoker = true) AS
    SELECT account, day, measured_at,
           measures #>> '{completeness,answer}' AS answer,
           (measures #>> '{completeness,windowsExpected}')::integer AS windows_expected,
           (measures #>> '{completeness,closed,windows}')::integer AS windows_closed,
           coalesce((measures #>> '{completeness,byState,gap,windows}')::integer, 0) AS windows_gap,
           (measures #>> '{completeness,closed,listed}')::bigint AS calls_listed,
           (measures #>> '{completeness,closed,exact}')::bigint AS calls_exact,
           (measures #>> '{completeness,closed,unlisted}')::bigint AS calls_unlisted,
           (measures #>> '{completeness,closed,claims}')::bigint AS calls_claimed,
           (measures #>> '{timeliness,ended,facts}')::bigint AS ends_measured,
           (measures #>> '{timeliness,ended,withinObjective}')::bigint AS ends_within_objective,
           (measures #>> '{timeliness,ended,withinRpo}')::bigint AS ends_within_rpo,
           (measures #>> '{timeliness,recorded,facts}')::bigint AS recordings_measured,
           (measures #>> '{timeliness,recorded,withinRpo}')::bigint AS recordings_within_rpo,
           (measures #>> '{webhooks,expected}')::bigint AS webhooks_expected,
           (measures #>> '{webhooks,arrived}')::bigint AS webhooks_arrived,
           (measures #>> '{webhooks,late}')::bigint AS webhooks_late,
           (measures #>> '{webhooks,missing}')::bigint AS webhooks_missing
    FROM rollcall.day_measures;
  COMMENT ON VIEW audit.completeness_daily IS 'One row per account and IST day: the three measures, each by itself (docs/measures.md).';
  COMMENT ON COLUMN audit.completeness_daily.day IS 'A day of India''s time, from 18:30 UTC of the day before.';
  COMMENT ON COLUMN audit.completeness_daily.measured_at IS 'When it was counted: after the last change of anything in it.';
  COMMENT ON COLUMN audit.completeness_daily.answer IS 'complete: every window closed, every listed call held. incomplete: a closed window lacks a call. unproven: not every window is closed.';
  COMMENT ON COLUMN audit.completeness_daily.windows_expected IS '288 of a whole day.';
  COMMENT ON COLUMN audit.completeness_daily.windows_closed IS 'Final or amended.';
  COMMENT ON COLUMN audit.completeness_daily.windows_gap IS 'Windows that can never be closed.';
  COMMENT ON COLUMN audit.completeness_daily.calls_listed IS 'Calls that Exotel listed in the closed windows when it was last asked.';
  COMMENT ON COLUMN audit.completeness_daily.calls_exact IS 'Of those, held as they were listed. Equal to calls_listed: nothing is missing.';
  COMMENT ON COLUMN audit.completeness_daily.calls_unlisted IS 'Verified calls that no list showed; beside calls_listed.';
  COMMENT ON COLUMN audit.completeness_daily.calls_claimed IS 'Calls that only webhooks told of; they count nowhere.';
  COMMENT ON COLUMN audit.completeness_daily.ends_measured IS 'Confirmed calls of which it is known when they ended and since when that is durable.';
  COMMENT ON COLUMN audit.completeness_daily.ends_within_objective IS 'Of those, durable within 10 minutes.';
  COMMENT ON COLUMN audit.completeness_daily.ends_within_rpo IS 'Of those, durable within 20 minutes.';
  COMMENT ON COLUMN audit.completeness_daily.recordings_measured IS 'Recordings of which the reference is held.';
  COMMENT ON COLUMN audit.completeness_daily.recordings_within_rpo IS 'Of those, durable within 5 minutes after the API last showed the call without.';
  COMMENT ON COLUMN audit.completeness_daily.webhooks_expected IS 'Webhooks that coverage rules expect of the day''s calls.';
  COMMENT ON COLUMN audit.completeness_daily.webhooks_arrived IS 'Of those, the ones that came.';
  COMMENT ON COLUMN audit.completeness_daily.webhooks_late IS 'Of those that came, after their time.';
  COMMENT ON COLUMN audit.completeness_daily.webhooks_missing IS 'Of those expected, the ones that did not come.';

  CREATE VIEW audit.windows WITH (security_invoker = true) AS
    SELECT w.account, w.window_from, w.window_from + interval '5 minutes' AS window_to,
           ((w.window_from AT TIME ZONE 'UTC') + interval '330 minutes')::date AS day,
           w.state, w.reason, w.since, coalesce((w.detail ->> 'times')::integer, 0) AS amendments,
           s.scan_id AS last_scan_id, s.started_at AS last_scan_at, s.calls_listed, s.calls_held, s.calls_found, s.unresolved AS calls_unresolved, s.projected AS read_back
    FROM rollcall.windows w
    LEFT JOIN LATERAL (SELECT * FROM rollcall.window_scans ws WHERE ws.account = w.account AND ws.window_from = w.window_from ORDER BY ws.started_at DESC, ws.scan_id DESC LIMIT 1) s ON true;
  COMMENT ON VIEW audit.windows IS 'One row per account and window of five minutes, also of one without a call.';
  COMMENT ON COLUMN audit.windows.state IS 'open, settling, provisional, final, amended, gap.';
  COMMENT ON COLUMN audit.windows.reason IS 'Why it is in this state.';
  COMMENT ON COLUMN audit.windows.since IS 'Since when, by Exotel''s clock.';
  COMMENT ON COLUMN audit.windows.amendments IS 'How often it was different after it had been final.';
  COMMENT ON COLUMN audit.windows.last_scan_at IS 'When it was last read whole, by Exotel''s clock.';
  COMMENT ON COLUMN audit.windows.calls_listed IS 'Calls that this read listed.';
  COMMENT ON COLUMN audit.windows.calls_held IS 'Of those, held when they were read back.';
  COMMENT ON COLUMN audit.windows.calls_found IS 'Of those, calls that nothing had told of before.';
  COMMENT ON COLUMN audit.windows.calls_unresolved IS 'Calls we hold that it did not list and that are not explained.';
  COMMENT ON COLUMN audit.windows.read_back IS 'Everything it listed was read back from the projection.';

  CREATE VIEW audit.calls WITH (security_invoker = true) AS
    SELECT account, call_sid, status, direction, exophone, created_at, started_at, ended_at, duration_seconds, conversation_seconds, price, leg1_status, leg2_status,
           parent_call_sid, verified, first_webhook_at, first_api_at, recording_told_at IS NOT NULL AS has_recording, ended_told_at, ended_told_by, recording_told_at, recording_told_by,
           conflicts, encode(digest, 'hex') AS state_digest, version
    FROM projection.calls;
  COMMENT ON VIEW audit.calls IS 'One row per call, without what is personal.';
  COMMENT ON COLUMN audit.calls.created_at IS 'Exotel''s DateCreated; decides the window. Null while only a webhook without it has told of the call.';
  COMMENT ON COLUMN audit.calls.price IS 'As Exotel states it, exact. 0 may mean: not billed yet.';
  COMMENT ON COLUMN audit.calls.verified IS 'An authenticated API read contained the call; a webhook alone is a claim.';
  COMMENT ON COLUMN audit.calls.first_webhook_at IS 'When the first webhook about the call was received; null: none was.';
  COMMENT ON COLUMN audit.calls.first_api_at IS 'When an API read first contained the call.';
  COMMENT ON COLUMN audit.calls.has_recording IS 'A reference to its recording is held.';
  COMMENT ON COLUMN audit.calls.ended_told_at IS 'When we received what first told that the call is over.';
  COMMENT ON COLUMN audit.calls.ended_told_by IS 'Who told so: webhook, poll or lookup.';
  COMMENT ON COLUMN audit.calls.conflicts IS 'Where sources contradict each other, as kind:field.';
  COMMENT ON COLUMN audit.calls.state_digest IS 'SHA-256 of the canonical text of the call record, hex.';

  CREATE VIEW audit.observations WITH (security_invoker = true) AS
    SELECT account, call_sid, partition, log_offset, ce_id AS observation_id, surface, event, source AS received_by, received_at, scan_id, outcome, payload_sha256, exceptions
    FROM projection.observations WHERE account IS NOT NULL;
  COMMENT ON VIEW audit.observations IS 'One row per record of the log: a webhook, or a row of the API.';
  COMMENT ON COLUMN audit.observations.partition IS 'With log_offset, its place in rollcall.observations.v1.';
  COMMENT ON COLUMN audit.observations.received_by IS 'Which process received or read it.';
  COMMENT ON COLUMN audit.observations.scan_id IS 'The read of the API that the row stood in; null of a webhook.';
  COMMENT ON COLUMN audit.observations.outcome IS 'facts: it told of a call; no-call: it did not mean to; dead-letter: no reader understood it.';
  COMMENT ON COLUMN audit.observations.payload_sha256 IS 'Of the exact bytes received, hex.';
  COMMENT ON COLUMN audit.observations.exceptions IS 'What was read, but not as we know it.';

  CREATE VIEW audit.runs WITH (security_invoker = true) AS
    SELECT account, run_id, kind, lanes, planned_at, started_at, ended_at, outcome, scans, requests, windows_closed, calls_found, webhooks_missing, stop_reason FROM rollcall.runs;
  COMMENT ON VIEW audit.runs IS 'One row per pass of the reconciler: when the control was performed, and what came of it.';
  COMMENT ON COLUMN audit.runs.planned_at IS 'When the schedule wanted it.';
  COMMENT ON COLUMN audit.runs.outcome IS 'running, complete, gaps-remain, lease-lost, stopped, failed.';
  COMMENT ON COLUMN audit.runs.calls_found IS 'Calls that no observation had told of before it.';
  COMMENT ON COLUMN audit.runs.stop_reason IS 'Why it is not complete.';

  CREATE VIEW audit.exceptions WITH (security_invoker = true) AS
    WITH found AS (
      SELECT account, 'missing-webhook' AS kind, jsonb_build_array(call_sid, expectation) AS subject,
             'medium' AS severity, reason, judged_at AS detected_at, call_sid, NULL::timestamptz AS window_from, NULL::integer AS partition, NULL::bigint AS log_offset, expectation AS detail
      FROM rollcall.judgements WHERE outcome = 'missing'
      UNION ALL
      SELECT account, 'late-webhook', jsonb_build_array(call_sid, expectation), 'low', reason, judged_at, call_sid, NULL, NULL, NULL, expectation FROM rollcall.judgements WHERE reason = 'late' AND outcome = 'arrived'
      UNION ALL
      SELECT account, 'conflict', jsonb_build_array(call_sid), CASE WHEN array_to_string(conflicts, ' ') LIKE '%identity_conflict%' THEN 'high' ELSE 'medium' END, array_to_string(conflicts, ', '),
             greatest(first_webhook_at, first_api_at), call_sid, NULL, NULL, NULL, NULL
      FROM projection.calls WHERE conflicts <> '{}'
      UNION ALL
      SELECT a.account, 'claim', jsonb_build_array(a.call_sid), 'high', NULL, a.last_at, a.call_sid, NULL, NULL, NULL, a.times::text
      FROM rollcall.absences a JOIN projection.calls c ON c.account = a.account AND c.call_sid = a.call_sid AND NOT c.verified
      WHERE a.times >= 3 AND a.last_at - a.first_at >= interval '30 minutes'
      UNION ALL
      SELECT account, 'dead-letter', jsonb_build_array(partition, log_offset::text), 'medium', reason, received_at, NULL, NULL, partition, log_offset, surface FROM projection.dead_letters
      UNION ALL
      SELECT account, 'unknown-word', jsonb_build_array(partition, log_offset::text), 'low', NULL, received_at, call_sid, NULL, partition, log_offset, surface FROM projection.observations WHERE exceptions IS NOT NULL
      UNION ALL
      SELECT account, 'not-held', jsonb_build_array(day::text), 'high', NULL, measured_at, NULL, (day::timestamp - interval '330 minutes') AT TIME ZONE 'UTC', NULL, NULL, day::text
      FROM rollcall.day_measures WHERE measures #>> '{completeness,answer}' = 'incomplete'
      UNION ALL
      SELECT account, state, jsonb_build_array((extract(epoch FROM window_from) * 1000)::bigint), CASE state WHEN 'gap' THEN 'high' ELSE 'low' END, reason, since, NULL, window_from, NULL, NULL, NULL
      FROM rollcall.windows WHERE state IN ('gap', 'amended')
    ), handled AS (
      SELECT account, kind, subject, count(*) AS actions, max(log_offset) AS last_offset,
             (array_agg(action ORDER BY log_offset DESC) FILTER (WHERE action <> 'annotate'))[1] AS last_action,
             (array_agg(assignee ORDER BY log_offset DESC) FILTER (WHERE action = 'assign'))[1] AS assignee,
             (array_agg(resolution ORDER BY log_offset DESC) FILTER (WHERE action = 'close'))[1] AS resolution
      FROM rollcall.exception_actions GROUP BY account, kind, subject
    )
    SELECT f.account, f.kind, f.subject, f.severity, f.reason, f.detected_at, f.call_sid, f.window_from, f.partition, f.log_offset, f.detail,
           CASE h.last_action WHEN 'close' THEN 'closed' WHEN 'assign' THEN 'assigned' ELSE 'open' END AS state,
           h.assignee, CASE h.last_action WHEN 'close' THEN h.resolution END AS resolution, coalesce(h.actions, 0) AS actions
    FROM found f LEFT JOIN handled h ON h.account = f.account AND h.kind = f.kind AND h.subject = f.subject
    WHERE f.account IS NOT NULL;
  COMMENT ON VIEW audit.exceptions IS 'What has to be looked at, and what people did about it.';
  COMMENT ON COLUMN audit.exceptions.kind IS 'missing-webhook, late-webhook, conflict, claim, dead-letter, unknown-word, not-held, gap, amended (docs/audit-api.md).';
  COMMENT ON COLUMN audit.exceptions.subject IS 'What it is about; with account and kind, its name for good.';
  COMMENT ON COLUMN audit.exceptions.reason IS 'Of a missing webhook: never-arrived, quarantined, refused.';
  COMMENT ON COLUMN audit.exceptions.detected_at IS 'When it was first known.';
  COMMENT ON COLUMN audit.exceptions.state IS 'open, assigned, closed.';
  COMMENT ON COLUMN audit.exceptions.actions IS 'How often somebody did something about it.';

  -- What is called the same means the same wherever it is not explained above.
  FOR c IN SELECT a.attrelid::regclass AS view_name, a.attname, words.said FROM pg_attribute a JOIN pg_class v ON v.oid = a.attrelid AND v.relnamespace = 'audit'::regnamespace
    JOIN (VALUES
    ('account', 'The Exotel account.'),
    ('call_sid', 'Exotel''s name of the call.'),
    ('status', 'queued, ringing, in-progress, completed, busy, no-answer, failed, canceled, unknown.'),
    ('direction', 'Of the call, in Exotel''s words.'),
    ('exophone', 'The ExoPhone; Exotel calls it PhoneNumberSid.'),
    ('started_at', 'When it began.'),
    ('ended_at', 'When it ended.'),
    ('duration_seconds', 'The whole session, ringing included.'),
    ('conversation_seconds', 'How long both legs were connected.'),
    ('leg1_status', 'Of the first leg.'),
    ('leg2_status', 'Of the second leg.'),
    ('parent_call_sid', 'The call that it is a part of.'),
    ('recording_told_at', 'When we received the first reference to its recording.'),
    ('recording_told_by', 'Who gave it: webhook, poll or lookup.'),
    ('version', 'Grows by one with every change.'),
    ('assignee', 'Who it was given to last.'),
    ('detail', 'The expected webhook, the surface, the day, or how often the API denied the call.'),
    ('log_offset', 'Place within the partition.'),
    ('partition', 'Of rollcall.observations.v1.'),
    ('resolution', 'How it was closed: explained, fixed, accepted, vendor, duplicate, false-alarm.'),
    ('severity', 'high, medium, low.'),
    ('window_from', 'Start of the window, by Exotel''s creation time.'),
    ('window_to', 'Its end, which is not part of it.'),
    ('day', 'The IST day that it is in.'),
    ('last_scan_id', 'The read of the API that last covered it whole.'),
    ('event', 'Which webhook it was, such as status-callback/terminal; null of an API row.'),
    ('observation_id', 'Its CloudEvents id.'),
    ('received_at', 'When we received it, by our clock.'),
    ('surface', 'The kind of webhook, or call-list, call-lookup.'),
    ('kind', 'cron or one-shot.'),
    ('lanes', 'The classes of work that it took on.'),
    ('requests', 'Requests sent to Exotel.'),
    ('run_id', 'Its name.'),
    ('scans', 'Reads of the list API that it made.'),
    ('webhooks_missing', 'Expected webhooks that it newly judged missing.'),
    ('windows_closed', 'Windows that it made final.')) AS words (name, said) ON words.name = a.attname
    WHERE a.attnum > 0 AND col_description(a.attrelid, a.attnum) IS NULL LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', c.view_name, c.attname, c.said);
  END LOOP;
END $$;
