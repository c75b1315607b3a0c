-- Up Migration
-- As in projection.calls, which these are joined with: where two collations meet, the index of the other one is not used.
ALTER TABLE verdicts ALTER COLUMN account TYPE text COLLATE "C", ALTER COLUMN call_sid TYPE text COLLATE "C";
ALTER TABLE absences ALTER COLUMN account TYPE text COLLATE "C", ALTER COLUMN call_sid TYPE text COLLATE "C";
ALTER TABLE judgements ALTER COLUMN account TYPE text COLLATE "C", ALTER COLUMN call_sid TYPE text COLLATE "C";
ALTER TABLE judgement_history ALTER COLUMN account TYPE text COLLATE "C", ALTER COLUMN call_sid TYPE text COLLATE "C";

-- Down Migration
ALTER TABLE judgement_history ALTER COLUMN account TYPE text COLLATE "default", ALTER COLUMN call_sid TYPE text COLLATE "default";
ALTER TABLE judgements ALTER COLUMN account TYPE text COLLATE "default", ALTER COLUMN call_sid TYPE text COLLATE "default";
ALTER TABLE absences ALTER COLUMN account TYPE text COLLATE "default", ALTER COLUMN call_sid TYPE text COLLATE "default";
ALTER TABLE verdicts ALTER COLUMN account TYPE text COLLATE "default", ALTER COLUMN call_sid TYPE text COLLATE "default";
