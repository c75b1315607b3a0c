/**
 * The one list of metric names. Counters end without `_total`: the Prometheus text adds it. Attributes in brackets.
 * Times are seconds, sizes bytes, as Prometheus wants them.
 */
export const METRICS = {
  /** Deliveries answered 200 [account, worker]. */
  ingestReceived: 'rollcall_ingest_received',
  /** Requests without parameters, answered 200 and not kept [account, worker]. */
  ingestProbes: 'rollcall_ingest_probes',
  /** Deliveries not kept [account, reason, worker]; a miss with a reason. */
  ingestRefused: 'rollcall_ingest_refused',
  /** From the start of the append to the answer [durability, worker]. */
  ingestAckWaitSeconds: 'rollcall_ingest_ack_wait_seconds',
  /** Records in the spool that the log has not acknowledged [worker]. */
  ingestSpoolRecords: 'rollcall_ingest_spool_records',
  /** Bytes the spool holds, acknowledged or not [worker]. */
  ingestSpoolBytes: 'rollcall_ingest_spool_bytes',
  /** Age of the oldest record that the log has not acknowledged; 0 when there is none [worker]. */
  ingestSpoolOldestSeconds: 'rollcall_ingest_spool_oldest_seconds',
  /** Damaged bytes set aside, never replayed [worker]. */
  ingestSpoolQuarantinedBytes: 'rollcall_ingest_spool_quarantined_bytes',
  /** Share of the spool's disk in use, from 0 to 1 [worker]. */
  ingestDiskUsedShare: 'rollcall_ingest_disk_used_share',
  /** Records acknowledged by the log [worker]. */
  ingestForwarded: 'rollcall_ingest_forwarded',
  /** Batches that the log refused or did not answer for in time [worker]. */
  ingestForwardFailures: 'rollcall_ingest_forward_failures',
  /** 1 while another log answers in the place of the one that the spool is forwarded to, and nothing is forwarded [worker]. */
  ingestLogReplaced: 'rollcall_ingest_log_replaced',
  /** 1 while requests do not wait for the log [worker]. */
  ingestBreakerOpen: 'rollcall_ingest_breaker_open',
  /** 1 while the accounts file as it is now cannot be used, and what was read before is in force [worker]. */
  ingestAccountsUnusable: 'rollcall_ingest_accounts_unusable',
  /** Observations folded. */
  projectorObservations: 'rollcall_projector_observations',
  /** Call records that batches touched. */
  projectorCallsFolded: 'rollcall_projector_calls_folded',
  /** Records that no reader understood, kept with the reason. */
  projectorDeadLetters: 'rollcall_projector_dead_letters',
  /** Batches that were not written: the partition was another projector's by then, or its position had been moved. */
  projectorBatchesRefused: 'rollcall_projector_batches_refused',
  /** Records of the owned partitions that are not folded yet. */
  projectorLagRecords: 'rollcall_projector_lag_records',
  /** 1 while observations are folded or none waits; 0 while the log or Postgres is away. A projector that halts is gone. */
  projectorFolding: 'rollcall_projector_folding',
  /** Days whose calls were not stored as the log has them when they were last checked [account]. */
  checkDaysDiffering: 'rollcall_check_days_differing',
  /** Since a day was last checked [account]. */
  checkAgeSeconds: 'rollcall_check_age_seconds',
  /** From the end of a call until its end, or its recording, was received [account, fact, source]. */
  factDelaySeconds: 'rollcall_fact_delay_seconds',
  /** How many times as fast as allowed the error budget is spent [account, fact, window]. */
  timelinessBurnRate: 'rollcall_timeliness_burn_rate',
  /** Facts that became durable [account, fact, window]. */
  timelinessFacts: 'rollcall_timeliness_facts',
  /** Facts of the last hour that became durable later than the recovery point objective allows [account, fact]. */
  timelinessBreached: 'rollcall_timeliness_breached',
  /** What is left of the error budget of 30 days, from 1 down [account, fact]. */
  timelinessBudgetLeft: 'rollcall_timeliness_budget_left',
  /** Runs [account, outcome]. */
  reconcilerRuns: 'rollcall_reconciler_runs',
  /** Slots of schedules by what became of them: on-time, late, coalesced, missed [account, group, outcome]. */
  reconcilerSlots: 'rollcall_reconciler_slots',
  /** How long a run that should have begun has not; 0 while none should [account, group]. */
  reconcilerSlotOverdueSeconds: 'rollcall_reconciler_slot_overdue_seconds',
  /** Calls that Exotel will forget before backfills read them, about [account]. */
  historyCallsAtRisk: 'rollcall_history_calls_at_risk',
  /** Time, as vendor time, that backfills have still to read [account]. */
  historyUnreadSeconds: 'rollcall_history_unread_seconds',
  /** Paged reads of the call list [account, lane, outcome]. */
  reconcilerScans: 'rollcall_reconciler_scans',
  /** Requests sent to Exotel, retries included [account]. */
  reconcilerRequests: 'rollcall_reconciler_requests',
  /** Requests to Exotel, from the first byte sent [account, endpoint, outcome]; outcome `answered`, or an error's kind. */
  exotelRequestSeconds: 'rollcall_exotel_request_seconds',
  /** 0 while Exotel is left alone because it failed too often, else 1 [account]. */
  exotelAvailable: 'rollcall_exotel_available',
  /** Requests that may be sent in a minute: the share that is configured, and what 429s have left of it [account, rate]. */
  exotelRatePerMinute: 'rollcall_exotel_rate_per_minute',
  /** How often Exotel made us slow down [account]. */
  exotelSlowdowns: 'rollcall_exotel_slowdowns',
  /** For how long Exotel wants silence yet [account]. */
  exotelPausedSeconds: 'rollcall_exotel_paused_seconds',
  /** Calls that no observation had told of [account]. */
  reconcilerCallsFound: 'rollcall_reconciler_calls_found',
  /** Expected webhooks judged missing [account]. */
  reconcilerWebhooksMissing: 'rollcall_reconciler_webhooks_missing',
  /** Trailing passes left out so that what matters more was in time [account]. */
  reconcilerPassesShed: 'rollcall_reconciler_passes_shed',
  /** For how long some age that is swept for long calls has not been looked at [account]. */
  reconcilerSweepAgeSeconds: 'rollcall_reconciler_sweep_age_seconds',
  /** 1 while no webhook comes though calls should have told of themselves [account]. */
  reconcilerWebhooksSilent: 'rollcall_reconciler_webhooks_silent',
  /** Windows [account, state]. */
  reconcilerWindows: 'rollcall_reconciler_windows',
  /** Since a run ended without a gap, whoever made it [account]. */
  reconcilerSinceSuccessSeconds: 'rollcall_reconciler_seconds_since_success',
  /** Age of the oldest window that is not final; 0 when there is none [account]. */
  reconcilerOldestUnclosedSeconds: 'rollcall_reconciler_oldest_unclosed_window_seconds',
  /** 1 while finding every call within the RPO takes nine tenths of the requests that may be sent, or more [account]. */
  reconcilerRpoAtRisk: 'rollcall_reconciler_rpo_at_risk',
  /** What finding every call within the RPO takes, and what may be sent for it on average [account, requests]. */
  reconcilerRpoRequestsPerMinute: 'rollcall_reconciler_rpo_requests_per_minute',
  /** Age of the watermark, before which every window is final [account]. */
  reconcilerWatermarkAgeSeconds: 'rollcall_reconciler_watermark_age_seconds',
  /** Audit records that are not known to be in rollcall.audit.v1 [account]. */
  auditRecordsWaiting: 'rollcall_reconciler_audit_records_waiting',
  /** Age of the oldest audit record that waits; 0 when none does [account]. */
  auditOldestWaitingSeconds: 'rollcall_reconciler_audit_oldest_waiting_seconds',
  /** How far Exotel's clock is ahead of ours [account]. */
  reconcilerClockSkewSeconds: 'rollcall_reconciler_clock_skew_seconds',
  /** How long the audit service took to answer [route, status]. */
  auditAnswerSeconds: 'rollcall_audit_answer_seconds',
  /** Rows kept of the audit topic, or told in it, that were not as the topic says when they were last compared. */
  auditFoldDiffering: 'rollcall_audit_fold_differing',
  /** Since they were. */
  auditFoldCheckAgeSeconds: 'rollcall_audit_fold_check_age_seconds',
  /** Resident memory of the process [worker where there are several]. */
  processResidentBytes: 'rollcall_process_resident_memory_bytes',
  /** 99th percentile of the event loop's delay since the last scrape. */
  processEventLoopDelaySeconds: 'rollcall_process_event_loop_delay_seconds',
  /** Records of the audit topic in the tree. */
  keeperLeaves: 'rollcall_keeper_leaves',
  /** Of them, how many no checkpoint stands for yet. */
  keeperUnsignedLeaves: 'rollcall_keeper_unsigned_leaves',
  /** Since the newest checkpoint was signed. */
  keeperSignedSeconds: 'rollcall_keeper_signed_seconds',
  /** Places that did not take the newest checkpoint. */
  keeperUnpublishedPlaces: 'rollcall_keeper_unpublished_places',
  /** How long a place has lacked what was signed; 0 while it has the newest checkpoint [place]. */
  keeperPlaceBehindSeconds: 'rollcall_keeper_place_behind_seconds',
} as const
