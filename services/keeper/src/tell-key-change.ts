import { hash } from 'node:crypto'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AuditEntry, subjectOf } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import { type Clock, SECOND } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { Logger } from '@rollcall/telemetry/create-logger'
import type { CheckpointSigner } from '@rollcall/transparency-log/kept/checkpoint-signer'

const APPEND_MS_MAX = 10 * SECOND
/** Keys sign for all accounts. */
const NO_ACCOUNT = ''

export interface KeyTeller {
  readonly signer: Pick<CheckpointSigner, 'last' | 'keyChange'>
  readonly log: Pick<EventLog, 'append'>
  readonly clock: Clock
  readonly logger: Pick<Logger, 'info' | 'warn'>
}

/**
 * Appends to the audit topic that other keys sign from now on, once, and before they do: no checkpoint is signed by keys of which the log does not tell. Killed before it is
 * signed, the next keeper tells it again under the same id, by which readers skip it.
 * @returns what is to be called before each signature @throws LogUnavailableError where the record is not known to be durable
 */
export const createKeyTeller = ({ signer, log, clock, logger }: KeyTeller): (() => Promise<void>) => {
  let isTold = false
  return async () => {
    const change = signer.keyChange()
    const last = signer.last()
    if (isTold || change === null || last === null) return
    const entry = AuditEntry.parse({ type: 'keys-changed', origin: last.origin, leaves: last.size, ...change })
    const value = canonicalJson(entry)
    const record = toAuditLogRecord({ id: hash('sha256', value), account: NO_ACCOUNT, type: entry.type, subject: subjectOf(entry), notedAt: clock(), leaseEpoch: 0n, value })
    await log.append(AUDIT_TOPIC, [record], { deadlineMs: APPEND_MS_MAX })
    isTold = true
    const isOverlapping = change.after.some(({ name, id }) => change.before.some((key) => key.name === name && key.id === id))
    if (isOverlapping) logger.info({ event: 'checkpoint.keys-changed', ...change }, 'other keys sign the checkpoints from now on')
    else
      logger.warn(
        { event: 'checkpoint.keys-changed', ...change },
        'other keys sign the checkpoints from now on, and none of those before: whoever trusts only those can verify nothing new until they are given the new one',
      )
  }
}
