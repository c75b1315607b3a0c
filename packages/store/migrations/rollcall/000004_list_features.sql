-- Up Migration
ALTER TABLE accounts ADD COLUMN list_features jsonb NOT NULL DEFAULT '{}', ADD COLUMN list_features_asked_at timestamptz;
COMMENT ON COLUMN accounts.list_features IS 'What the account''s list API was found to take (true) or not (false); what is absent is not known yet.';
COMMENT ON COLUMN accounts.list_features_asked_at IS 'When it was last asked what it takes.';

-- Down Migration
ALTER TABLE accounts DROP COLUMN list_features, DROP COLUMN list_features_asked_at;
