-- Up Migration
-- Completeness counts every call of a time by these columns: in the index, so that it reads no rows, of which a day has more pages than may be read in 200 ms.
ALTER TABLE calls ADD COLUMN listed_at timestamptz GENERATED ALWAYS AS (to_timestamp((state #>> '{firstSeen,poll}')::bigint / 1000.0)) STORED;
COMMENT ON COLUMN calls.listed_at IS 'When a list of the API first contained the call. Null: none has.';
DROP INDEX calls_created;
CREATE INDEX calls_created ON calls (account, created_at) INCLUDE (listed_at, first_api_at, first_webhook_at);

-- Exceptions of each kind in the order in which auditors page through them: the latest first, however many there are.
DROP INDEX calls_conflicting;
CREATE INDEX calls_conflicting ON calls (account, (greatest(first_webhook_at, first_api_at)), call_sid) WHERE conflicts <> '{}';
DROP INDEX observations_with_exceptions;
CREATE INDEX observations_with_exceptions ON observations (account, received_at, partition, log_offset) WHERE exceptions IS NOT NULL;
CREATE INDEX dead_letters_latest ON dead_letters (account COLLATE "C", received_at, partition, log_offset);

-- Down Migration
DROP INDEX dead_letters_latest, observations_with_exceptions, calls_conflicting;
CREATE INDEX observations_with_exceptions ON observations (account) WHERE exceptions IS NOT NULL;
CREATE INDEX calls_conflicting ON calls (account) WHERE conflicts <> '{}';
DROP INDEX calls_created;
CREATE INDEX calls_created ON calls (account, created_at);
ALTER TABLE calls DROP COLUMN listed_at;
