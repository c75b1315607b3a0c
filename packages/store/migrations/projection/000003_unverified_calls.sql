-- Up Migration
-- Calls that only webhooks have told of: few at any time, and each is asked for by Sid until the API has confirmed or denied it.
CREATE INDEX calls_unverified ON calls (account, first_webhook_at) WHERE NOT verified;

-- Down Migration
DROP INDEX calls_unverified;
