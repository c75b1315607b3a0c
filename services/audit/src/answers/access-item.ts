import { AccessItem, AccessType } from '@rollcall/contracts/audit-api/access-log'
import { ExceptionAction, ExceptionKind } from '@rollcall/contracts/audit-api/exception'
import { exceptionId } from '@rollcall/contracts/audit-api/exception-id'
import { Position } from '@rollcall/contracts/audit-api/words'
import { canonicalTime } from '@rollcall/domain/time'
import type { AccessRow } from '@rollcall/store/audit/page-access-log'
import { z } from 'zod'

/** As Postgres writes a time within JSON. */
const StoredTime = z.iso.datetime({ offset: true }).transform((text) => canonicalTime(Date.parse(text)))
/** `partition/offset`. */
const StoredPlace = z.string().transform((text) => {
  const [partition, offset] = text.split('/')
  return Position.parse({ partition: Number(partition), offset })
})

const Reveal = z.object({ observation: StoredPlace.nullable(), reason: z.string() })
const Export = z.object({ range_from: StoredTime, range_to: StoredTime, format: z.string(), calls: z.int() })
const Action = z
  .object({
    kind: ExceptionKind,
    subject: z.array(z.union([z.string(), z.int()])),
    action: z.string(),
    assignee: z.string().nullable(),
    resolution: z.string().nullable(),
    note: z.string().nullable(),
  })
  .transform(({ kind, subject, ...did }) => ({
    kind,
    exception: exceptionId({ kind, subject }),
    did: ExceptionAction.parse(Object.fromEntries(Object.entries(did).filter(([, value]) => value !== null))),
  }))
const Erasure = z.object({ created_before: StoredTime.nullable(), calls: z.int() })
const Token = z
  .object({ token: z.string(), holder: z.string(), scopes: z.array(z.string()), all_accounts: z.boolean(), expires_at: StoredTime })
  .transform(({ token, holder, scopes, all_accounts, expires_at }) => ({ token: { id: token, subject: holder, scopes, allAccounts: all_accounts, expiresAt: expires_at } }))

/** What the row tells besides who did it and when. */
const toldBy = (type: AccessType, { callSid, detail }: AccessRow): object => {
  switch (type) {
    case 'reveal':
      return { callSid, ...Reveal.parse(detail) }
    case 'export': {
      const { range_from: from, range_to: to, ...told } = Export.parse(detail)
      return { ...told, range: { from, to } }
    }
    case 'exception-action':
      return Action.parse(detail)
    case 'erasure': {
      const { created_before: createdBefore, calls } = Erasure.parse(detail)
      return { erased: callSid === null ? { createdBefore } : { callSid }, calls }
    }
    case 'token-created':
    case 'token-revoked':
      return Token.parse(detail)
    default:
      return type satisfies never
  }
}

/** One deed as it is answered. */
export const accessItem = (row: AccessRow): AccessItem => {
  const type = AccessType.parse(row.type)
  const position = { partition: 0, offset: row.logOffset.toString() }
  return AccessItem.parse({ type, position, at: canonicalTime(row.at), by: row.actor, asTold: row.asTold, ...toldBy(type, row) })
}
