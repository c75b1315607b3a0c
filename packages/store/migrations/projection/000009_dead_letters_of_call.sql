-- Up Migration
-- A webhook that no reader understood explains why its call misses one. By hash: what a stranger calls a call may be too long for a tree.
CREATE INDEX dead_letters_of_call ON dead_letters USING hash ((headers ->> 'ce_subject'));

-- Down Migration
DROP INDEX dead_letters_of_call;
