-- Up Migration
ALTER TABLE accounts ADD COLUMN silent_until timestamptz;
COMMENT ON COLUMN accounts.silent_until IS 'Until when Exotel asked not to be asked (Retry-After); kept here, so that a restart does not end it.';

-- Down Migration
ALTER TABLE accounts DROP COLUMN silent_until;
