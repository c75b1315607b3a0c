-- Up Migration
-- The fold of the audit topic is compared with the topic in the order of the topic (services/audit, check-fold.ts).
CREATE INDEX window_changes_in_order ON window_changes (log_offset);
CREATE INDEX exception_actions_in_order ON exception_actions (log_offset);
CREATE INDEX reveals_in_order ON reveals (log_offset);
CREATE INDEX exports_in_order ON exports (log_offset);

-- Down Migration
DROP INDEX window_changes_in_order, exception_actions_in_order, reveals_in_order, exports_in_order;
