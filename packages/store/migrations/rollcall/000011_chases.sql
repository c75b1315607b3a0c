-- Up Migration
CREATE TABLE chases (
  account text COLLATE "C" NOT NULL,
  call_sid text COLLATE "C" NOT NULL,
  why text NOT NULL CHECK (why IN ('recording', 'open')),
  since timestamptz NOT NULL,
  begun_at timestamptz NOT NULL,
  asked integer NOT NULL DEFAULT 0,
  asked_at timestamptz,
  unlisted integer NOT NULL DEFAULT 0,
  without_at timestamptz,
  due timestamptz,
  deadline timestamptz,
  outcome text CHECK (outcome IN ('found', 'ruled-out')),
  reason text,
  ended_at timestamptz,
  PRIMARY KEY (account, call_sid, why),
  CHECK ((outcome IS NULL) = (due IS NOT NULL AND deadline IS NOT NULL) AND (outcome IS NULL) = (ended_at IS NULL))
);
-- What every turn reads: only what is due, however many calls wait.
CREATE INDEX chases_due ON chases (account, due) INCLUDE (deadline) WHERE outcome IS NULL;
CREATE INDEX chases_ended ON chases (account, ended_at) WHERE outcome IS NOT NULL;
COMMENT ON TABLE chases IS 'Calls asked for by Sid beside all scans: why, how often, when next, and what came of it.';
COMMENT ON COLUMN chases.since IS 'When the call ended (recording) or was first told of (open), by the vendor''s clock, as asked_at, due, deadline and ended_at are.';
COMMENT ON COLUMN chases.unlisted IS 'How often in a row the list did not show the call; that proves nothing.';
COMMENT ON COLUMN chases.without_at IS 'When the API last showed the call as over and without a recording, by our clock: its exposure was after that.';
COMMENT ON COLUMN chases.reason IS 'Why it was ruled out; null otherwise.';

CREATE TABLE chase_reads (
  read_id uuid PRIMARY KEY,
  account text NOT NULL,
  read_at timestamptz NOT NULL,
  calls_asked integer NOT NULL,
  calls_listed integer NOT NULL,
  rows_appended integer NOT NULL
);
COMMENT ON TABLE chase_reads IS 'Reads of calls by Sid that brought something new: what an observation''s scan_id names where it names no scan. They prove nothing of windows.';

ALTER TABLE accounts ADD COLUMN chases_looked_at timestamptz;
COMMENT ON COLUMN accounts.chases_looked_at IS 'When all calls were last looked through for some that are worth chasing; those of the last minutes are looked through in every turn.';

-- Down Migration
ALTER TABLE accounts DROP COLUMN chases_looked_at;
DROP TABLE chase_reads, chases;
