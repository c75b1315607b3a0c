import { hash } from 'node:crypto'
import type { Installation } from '@rollcall/audit/testing/installation'
import { type SeedObservation, seedCall, seedJudgement } from '@rollcall/audit/testing/seed'
import { canonicalTime, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'

/** Nobody's numbers. */
const [CALLER, CALLED, ANOTHER, EXOPHONE] = ['09876543210', '09876500000', '09876511111', '09000009001']

type Kind = 'completed' | 'busy' | 'no-answer' | 'found' | 'conflict' | 'claim'
/** What becomes of calls, in turn. */
const KINDS: readonly Kind[] = ['completed', 'completed', 'busy', 'completed', 'found', 'no-answer', 'conflict', 'completed', 'claim', 'completed']

/** A CallSid as Exotel's look. */
const sidOf = (account: string, nth: number): string => hash('md5', `${account} ${nth}`)

const toldOf = (kind: Kind, at: Instant): readonly SeedObservation[] => {
  const lasted = kind === 'busy' || kind === 'no-answer' ? 0 : 63
  const endedAt = at + 12 * SECOND + lasted * SECOND
  const begun = { direction: 'outbound-api', from: CALLER, to: CALLED, exophone: EXOPHONE, createdAt: canonicalTime(at) } as const
  const ended = {
    ...begun,
    status: kind === 'busy' || kind === 'no-answer' ? kind : 'completed',
    startedAt: canonicalTime(at + 2 * SECOND),
    endedAt: canonicalTime(endedAt),
    durationSeconds: String(lasted),
    ...(lasted === 0 ? {} : { conversationSeconds: '51', recordingUrl: 'https://recordings.example.com/acme/a.mp3', answeredBy: 'human' }),
  } as const
  const answered: SeedObservation = { event: 'status-callback/answered', receivedAt: at + 13 * SECOND, vendorTime: at + 12 * SECOND, values: { ...begun, status: 'in-progress' } }
  const terminal: SeedObservation = {
    event: 'status-callback/terminal',
    receivedAt: endedAt + 2 * SECOND,
    vendorTime: endedAt,
    values: ended,
    body: new URLSearchParams({ CallSid: 'call', From: CALLER, To: CALLED, Status: ended.status }).toString(),
  }
  const listed: SeedObservation = { surface: 'call-list', receivedAt: at + 4 * MINUTE, vendorTime: endedAt, values: { ...ended, price: '0.45' } }
  switch (kind) {
    case 'completed':
      return [answered, terminal, listed]
    case 'busy':
    case 'no-answer':
      return [terminal, listed]
    case 'found':
      return [listed]
    case 'conflict':
      return [terminal, { ...listed, values: { ...listed.values, from: ANOTHER, durationSeconds: '64' } }]
    case 'claim':
      return [terminal]
    default:
      return kind satisfies never
  }
}

/** Calls of every kind, created at these times, as the projector and the reconciler leave them. @returns the CallSids */
export const seedCalls = async (its: Pick<Installation, 'log' | 'pool'>, account: string, times: readonly Instant[]): Promise<readonly string[]> => {
  const sids: string[] = []
  for (const [nth, at] of times.entries()) {
    const [kind, callSid] = [KINDS[nth % KINDS.length] ?? 'completed', sidOf(account, nth)]
    await seedCall(its, account, callSid, toldOf(kind, at))
    if (kind === 'claim')
      await its.pool.query('INSERT INTO rollcall.absences (account, call_sid, first_at, last_at, times) VALUES ($1, $2, $3, $4, 3)', [
        account,
        callSid,
        new Date(at + 3 * MINUTE),
        new Date(at + 5 * MINUTE),
      ])
    else if (kind === 'found') await seedJudgement(its, account, callSid, 'missing', 'never-arrived', at + 5 * MINUTE)
    else await seedJudgement(its, account, callSid, 'arrived', kind === 'no-answer' ? 'late' : null, at + 5 * MINUTE)
    sids.push(callSid)
  }
  return sids
}
