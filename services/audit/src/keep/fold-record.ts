import type { ReadAuditRecord } from '@rollcall/contracts/audit-log-record'
import type { StoredRecord } from '@rollcall/event-log/event-log'
import type { ErasureFold, ExceptionActionFold, ExportFold, RevealFold, TokenActionFold, WindowChangeFold } from '@rollcall/store/audit/fold-audit'
import type { SignOffFold } from '@rollcall/store/audit/sign-off-fold'

interface Fold {
  readonly windowChanges: WindowChangeFold[]
  readonly exceptionActions: ExceptionActionFold[]
  readonly reveals: RevealFold[]
  readonly exports: ExportFold[]
  readonly erasures: ErasureFold[]
  readonly tokenActions: TokenActionFold[]
  readonly signOffs: SignOffFold[]
}

/** Whose rows are of no account by itself. */
const ALL_ACCOUNTS = ''

/** Adds what one record tells to what is to be written; what concerns auditors in no table adds nothing. Pure but for `fold`. */
export const foldRecord = (
  fold: Fold,
  { offset, timestamp }: Pick<StoredRecord, 'offset' | 'timestamp'>,
  { id, account, entry }: Pick<ReadAuditRecord, 'id' | 'account' | 'entry'>,
): void => {
  const place = { account, logOffset: offset, ceId: id }
  switch (entry.type) {
    case 'window-changed':
      fold.windowChanges.push({
        ...place,
        windowFrom: Date.parse(entry.window.from),
        notedAt: timestamp,
        at: Date.parse(entry.at),
        from: entry.from?.state ?? null,
        to: entry.to.state,
        reason: entry.reason,
        evidence: JSON.stringify(entry.evidence),
      })
      return
    case 'exception-action': {
      const { did, exception } = entry
      fold.exceptionActions.push({
        ...place,
        kind: exception.kind,
        subject: JSON.stringify(exception.subject),
        at: Date.parse(entry.at),
        actor: entry.by,
        action: did.action,
        assignee: did.action === 'assign' ? did.assignee : null,
        resolution: did.action === 'close' ? did.resolution : null,
        note: did.note ?? null,
      })
      return
    }
    case 'reveal':
      fold.reveals.push({
        ...place,
        at: Date.parse(entry.at),
        actor: entry.by,
        callSid: entry.callSid,
        observation: entry.observation === null ? null : `${entry.observation.partition}/${entry.observation.offset}`,
        reason: entry.reason,
      })
      return
    case 'export':
      fold.exports.push({
        ...place,
        at: Date.parse(entry.at),
        actor: entry.by,
        rangeFrom: Date.parse(entry.range.from),
        rangeTo: Date.parse(entry.range.to),
        format: entry.format,
        calls: entry.calls,
        asTold: entry.asTold ?? false,
      })
      return
    case 'day-signed':
      fold.signOffs.push({ ...place, ...entry.signed, day: entry.day, at: Date.parse(entry.at), actor: entry.by, note: entry.note })
      return
    case 'erasure':
      fold.erasures.push({
        ...place,
        at: Date.parse(entry.at),
        actor: entry.by,
        callSid: 'callSid' in entry.erased ? entry.erased.callSid : null,
        createdBefore: 'callSid' in entry.erased ? null : Date.parse(entry.erased.createdBefore),
        calls: entry.calls,
      })
      return
    case 'token-created':
    case 'token-revoked': {
      const { token } = entry
      const action = {
        at: Date.parse(entry.at),
        actor: entry.by,
        type: entry.type,
        tokenId: token.id,
        holder: token.subject,
        scopes: token.scopes,
        expiresAt: Date.parse(token.expiresAt),
      }
      for (const reached of token.accounts === null ? [ALL_ACCOUNTS] : new Set(token.accounts)) fold.tokenActions.push({ ...place, ...action, account: reached })
      return
    }
    case 'scan':
    case 'run':
    case 'certificate':
    case 'day-check':
    case 'keys-changed':
      return
    default:
      entry satisfies never
  }
}
