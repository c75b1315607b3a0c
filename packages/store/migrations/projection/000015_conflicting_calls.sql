-- Up Migration
-- Few at any time, and looked for by auditors among all.
CREATE INDEX calls_conflicting ON calls (account) WHERE conflicts <> '{}';

-- Down Migration
DROP INDEX calls_conflicting;
