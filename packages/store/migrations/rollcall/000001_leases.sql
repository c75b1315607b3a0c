-- Up Migration
CREATE TABLE leases (
  job text PRIMARY KEY,
  owner text NOT NULL,
  token bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE leases IS 'Who may run a job now. The token grows with every change of owner and goes into everything the job writes.';

CREATE TABLE projector_members (
  instance text PRIMARY KEY,
  seen_at timestamptz NOT NULL
);
COMMENT ON TABLE projector_members IS 'Running projectors, by their last sign of life; partitions are shared among them.';

-- Down Migration
DROP TABLE projector_members, leases;
