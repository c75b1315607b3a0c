-- Up Migration
CREATE TABLE window_certificates (
  account text COLLATE "C" NOT NULL,
  window_from timestamptz NOT NULL,
  sequence integer NOT NULL CHECK (sequence > 0),
  state text NOT NULL CHECK (state IN ('provisional', 'final', 'amended')),
  certified_at timestamptz NOT NULL,
  root text NOT NULL,
  leaves integer NOT NULL,
  sha256 text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (account, window_from, sequence)
);
COMMENT ON TABLE window_certificates IS 'Certificates of windows, as they are told in rollcall.audit.v1. Never changed and never deleted; superseded by the one of the next sequence.';
COMMENT ON COLUMN window_certificates.certified_at IS 'By Exotel''s clock, when the window moved.';
COMMENT ON COLUMN window_certificates.root IS 'Root of the tree of the window''s calls, SHA-256 in hex.';
COMMENT ON COLUMN window_certificates.leaves IS 'How many calls are in that tree.';
COMMENT ON COLUMN window_certificates.sha256 IS 'Of value, in hex: what the next certificate of the window calls previous.';
COMMENT ON COLUMN window_certificates.value IS 'The certificate, canonical JSON, byte for byte as in the log.';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is only ever added to', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER window_certificates_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON window_certificates EXECUTE FUNCTION refuse_change();

CREATE TABLE certified_leaves (
  account text COLLATE "C" NOT NULL,
  window_from timestamptz NOT NULL,
  sequence integer NOT NULL,
  leaves bytea NOT NULL,
  PRIMARY KEY (account, window_from),
  FOREIGN KEY (account, window_from, sequence) REFERENCES window_certificates
);
COMMENT ON TABLE certified_leaves IS 'The calls of each window''s newest certificate, as they were certified: a line each, sorted by CallSid, deflated. They hold no personal data.';

CREATE TABLE call_salts (
  account text COLLATE "C" NOT NULL,
  call_sid text COLLATE "C" NOT NULL,
  salt bytea,
  PRIMARY KEY (account, call_sid),
  CHECK (length(salt) = 32)
);
REVOKE ALL ON call_salts FROM PUBLIC;
COMMENT ON TABLE call_salts IS 'What the commitments of a call''s leaf are salted with; for the owner alone. Null: it was deleted, and nobody can show any more whose they were.';

CREATE TABLE audit_leaves (
  leaf bigint PRIMARY KEY,
  account text COLLATE "C" NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  ce_id text NOT NULL,
  value_sha256 text NOT NULL
);
CREATE INDEX audit_leaves_of_subject ON audit_leaves (account, type, subject, leaf);
COMMENT ON TABLE audit_leaves IS 'Where each record of rollcall.audit.v1 stands, which is its leaf in the tree of checkpoints. Made from the log by the keeper; it can be dropped and made again.';
COMMENT ON COLUMN audit_leaves.subject IS 'What it is about: a window by its start as RFC 3339, a scan or a run by its id.';
COMMENT ON COLUMN audit_leaves.value_sha256 IS 'Of the record''s value, in hex; of a certificate, its sha256.';

-- Down Migration
DROP TABLE audit_leaves, call_salts, certified_leaves, window_certificates;
DROP FUNCTION refuse_change;
