-- Up Migration
CREATE TABLE coverage_policies (
  policy_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account text NOT NULL,
  since timestamptz NOT NULL,
  digest text NOT NULL,
  rules jsonb NOT NULL,
  calls_before timestamptz,
  call_sid_before text,
  applied boolean NOT NULL
);
CREATE INDEX coverage_policies_latest ON coverage_policies (account, policy_id DESC);
COMMENT ON TABLE coverage_policies IS 'The coverage policies that were ever in force, and how far the latest is applied to calls judged before it.';
COMMENT ON COLUMN coverage_policies.rules IS 'All rules in order, the defaults too.';
COMMENT ON COLUMN coverage_policies.calls_before IS 'Calls created before this, and then by CallSid, are still to be judged again; latest first. Null: none was yet.';
COMMENT ON COLUMN coverage_policies.applied IS 'No call is left that would have to be judged again.';

-- Down Migration
DROP TABLE coverage_policies;
