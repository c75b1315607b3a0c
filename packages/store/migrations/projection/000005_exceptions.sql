-- Up Migration
ALTER TABLE observations ADD COLUMN exceptions jsonb;
CREATE INDEX observations_with_exceptions ON observations (account) WHERE exceptions IS NOT NULL;
COMMENT ON COLUMN observations.exceptions IS 'What in it was read, but not as we know it: new words, values that could not be read, another surface than the URL names. Null: nothing.';

-- Down Migration
ALTER TABLE observations DROP COLUMN exceptions;
