-- Up Migration
-- As in calls: where two collations meet, the index of the other one is not used, and each call would be looked for among all observations.
ALTER TABLE observations ALTER COLUMN account TYPE text COLLATE "C", ALTER COLUMN call_sid TYPE text COLLATE "C";

-- Down Migration
ALTER TABLE observations ALTER COLUMN account TYPE text COLLATE "default", ALTER COLUMN call_sid TYPE text COLLATE "default";
