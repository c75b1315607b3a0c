import type { ExceptionAction, ExceptionActionItem } from '@rollcall/contracts/audit-api/exception'
import type { AuditRouteName } from '@rollcall/contracts/audit-api/routes'
import type { SessionAnswer } from '@rollcall/contracts/audit-api/session'
import type { SignOffBody } from '@rollcall/contracts/audit-api/sign-off'
import { callBySid, callsOfWindow } from './a-call.ts'
import { dayOf, dayStart, measuresOf, windowsOf } from './a-day.ts'
import { accessAt } from './access.ts'
import { certificatesOf, checkpointAt, inclusionOf } from './evidence.ts'
import { acted, exceptionsAt, runsAt, scansOf } from './exceptions-and-runs.ts'
import { type SignOffs, sign, signOffsOf } from './sign-offs.ts'

/** A question as the routes have parsed it. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | number>>
  readonly body: unknown
  readonly session: SessionAnswer
}

type Answers = { readonly [Name in AuditRouteName]?: (asked: Asked) => unknown }

const DAY_MS = 86_400_000
const OBJECTIVES = { ended: { withinSeconds: 600, neverAboveSeconds: 1_200 }, recorded: { withinSeconds: 150, neverAboveSeconds: 300 } }

/** What the made-up accounts answer at `now`. Everything that is answered is judged by the schema of its route before it leaves. */
export const answersAt = (now: number, history: Map<string, readonly ExceptionActionItem[]>, signed: SignOffs): Answers => {
  const firstWindow = now - 300 * DAY_MS - ((now - 300 * DAY_MS) % DAY_MS)
  const windows = (account: string, day: string) => windowsOf(account, day, now, account === 'quiet-2' ? now : firstWindow)
  const measures = (account: string, day: string) => {
    const { timeliness, day: _, measuredAt: __, ...rest } = measuresOf(account, day, windows(account, day), now)
    return { account, ...rest, timeliness: { ...timeliness, endedBy: { webhook: timeliness.ended }, endUnknown: 0, recordedBy: {}, recordingsAwaited: 0, objectives: OBJECTIVES } }
  }
  const callsBetween = (account: string, from: number, to: number) => {
    const found = []
    for (let day = dayStart(dayOf(from)); day < to; day += DAY_MS)
      found.push(...windows(account, dayOf(day)).filter((window) => Date.parse(window.from) >= from && Date.parse(window.from) < to))
    return found.flatMap((window) => callsOfWindow(account, window))
  }
  const closedWindow = windows('acme-1', dayOf(now - DAY_MS))[150]
  const somewhere = { windowFrom: closedWindow?.from ?? '', callSid: (closedWindow && callsOfWindow('acme-1', closedWindow)[0]?.callSid) ?? 'none' }
  const exceptions = (account: string) => (account === 'acme-1' ? exceptionsAt(now, history, somewhere) : [])
  const call = ({ params, query }: Asked, revealed: boolean) =>
    callBySid(params.account ?? '', params.callSid ?? '', now, firstWindow, query.asOf === undefined ? null : Date.parse(String(query.asOf)), revealed)
  const raw = ({ params }: Asked, revealed: boolean) => ({
    account: params.account,
    callSid: params.callSid,
    position: { partition: Number(params.partition), offset: params.offset },
    revealed,
    method: 'POST',
    query: null,
    contentType: 'application/x-www-form-urlencoded',
    bytes: 74,
    payloadSha256: 'c'.repeat(64),
    hashMatches: true,
    text: revealed ? 'CallSid=c0ffee&From=%2B919000000001&To=%2B919000000002&Status=completed' : 'CallSid=x0xxxx&From=%0x000000000000&To=%0x000000000000&Status=xxxxxxxxx',
    base64: revealed ? 'Q2FsbFNpZA==' : null,
  })
  const exception = (account: string, id: string) => {
    const found = exceptions(account).find((one) => one.id === id)
    return found && { account, exception: found, history: history.get(id) ?? [] }
  }
  return {
    session: ({ session }) => session,
    signIn: ({ session }) => session,
    signOut: () => null,
    accounts: ({ session }) => ({
      accounts: ['acme-1', 'quiet-2']
        .filter((account) => session.accounts === null || session.accounts.includes(account))
        .map((account) => {
          const day = dayOf(now)
          const { account: _, ...today } = measures(account, day)
          const held = windows(account, day).find(({ state }) => state === 'provisional')
          return {
            account,
            firstWindow: account === 'quiet-2' ? null : new Date(firstWindow).toISOString(),
            watermark: { at: held?.from ?? null, heldBy: held ? { from: held.from, state: 'provisional' } : null },
            today: { day, ...today },
            lastRun: null,
            exceptionsOpen: { count: account === 'acme-1' ? 37 : 0, atLeast: false },
            webhooksSilentSince: account === 'acme-1' ? new Date(now - 1_500_000).toISOString() : null,
          }
        }),
    }),
    days: ({ params, query }) => {
      const days = []
      for (let at = dayStart(String(query.from)); at <= dayStart(String(query.to)); at += DAY_MS) days.push(dayOf(at))
      return { account: params.account, days: days.map((day) => measuresOf(params.account ?? '', day, windows(params.account ?? '', day), now)) }
    },
    day: ({ params }) => ({ ...measures(params.account ?? '', params.day ?? ''), day: params.day, windows: windows(params.account ?? '', params.day ?? '') }),
    signOffs: ({ params: { account = '', day = '' } }) => signOffsOf(account, day, windows(account, day), signed),
    signDay: ({ params: { account = '', day = '' }, body, session }) => sign(account, day, windows(account, day), signed, body as SignOffBody, now, session.subject),
    completeness: ({ params, query }) => {
      const asOf = Date.parse(String(query.asOf))
      const day = dayOf(Date.parse(String(query.from)))
      const then = windowsOf(params.account ?? '', day, asOf, firstWindow)
      const whole = measuresOf(params.account ?? '', day, then, asOf)
      return {
        account: params.account,
        range: whole.range,
        by: 'window',
        asOf: new Date(asOf).toISOString(),
        whole: whole.completeness,
        pieces: then.map((window) => ({ from: window.from, to: window.to, completeness: measuresOf('', day, [window], asOf).completeness })),
      }
    },
    window: ({ params }) => {
      const account = params.account ?? ''
      const from = Date.parse(params.from ?? '')
      const day = dayOf(from)
      const window = windows(account, day).find((one) => Date.parse(one.from) === from)
      if (window === undefined) return undefined
      const at = (offset: number) => new Date(from + offset * 300_000).toISOString()
      return {
        account,
        day,
        window,
        calls: page(callsOfWindow(account, window), {}),
        scans: Array.from({ length: window.scans }, (_, index) => ({
          scan: `0190c0de-0000-7000-9000-00000000000${index}`,
          run: '0190c0de-0000-7000-8000-000000000005',
          lane: index < 3 ? 'trailing' : 'finalise',
          startedAt: new Date(from + 400_000 + index * 120_000).toISOString(),
          endedAt: new Date(from + 402_000 + index * 120_000).toISOString(),
          pages: 1,
          digest: (index > 1 ? 'd' : 'e').repeat(64),
          sound: index > 0,
          listed: window.listed,
          held: window.exact,
          found: index === 0 ? 1 : 0,
          unresolved: index === 0 ? 1 : 0,
        })),
        history: historyOf(window.state, from),
        neighbours: { before: { from: at(-1), to: at(0) }, after: { from: at(1), to: at(2) } },
      }
    },
    calls: ({ params, query }) => {
      const calls = callsBetween(params.account ?? '', Date.parse(String(query.from)), Date.parse(String(query.to)))
      const wanted = calls.filter(
        (one) =>
          (query.status === undefined || one.status === query.status) &&
          (query.webhooksMissing === undefined || (one.webhooksMissing !== 0) === (query.webhooksMissing === 'true')),
      )
      return page(wanted, query)
    },
    call: (asked) => call(asked, false),
    revealCall: (asked) => call(asked, true),
    raw: (asked) => raw(asked, false),
    revealRaw: (asked) => raw(asked, true),
    certificates: ({ params, query }) => {
      const from = Date.parse(String(query.from))
      const window = windows(params.account ?? '', dayOf(from)).find((one) => Date.parse(one.from) === from)
      return page(window === undefined ? [] : certificatesOf(params.account ?? '', window), query)
    },
    checkpoint: () => checkpointAt(now),
    inclusion: ({ query }) => inclusionOf(Number(query.leaf), Number(query.size)),
    exceptions: ({ params, query }) =>
      page(
        exceptions(params.account ?? '').filter(
          (one) => (query.kind === undefined || one.kind === query.kind) && (query.state === 'not-closed' ? one.state !== 'closed' : one.state === query.state),
        ),
        query,
      ),
    exceptionCounts: ({ params }) => {
      const open: Record<string, number> = {}
      for (const { kind, state } of exceptions(params.account ?? '')) if (state !== 'closed') open[kind] = (open[kind] ?? 0) + 1
      return { account: params.account, open, atLeast: [] }
    },
    exception: ({ params }) => exception(params.account ?? '', params.id ?? ''),
    actOnException: ({ params, body, session }) => {
      const id = params.id ?? ''
      history.set(id, [...(history.get(id) ?? []), acted(body as ExceptionAction, now, session.subject, 9_000 + (history.get(id)?.length ?? 0))])
      return exception(params.account ?? '', id)
    },
    runs: ({ params, query }) => page(params.account === 'acme-1' ? runsAt(now) : [], query),
    accessLog: ({ params, query }) =>
      page(
        (params.account === 'acme-1' ? accessAt(now, somewhere.callSid) : []).filter(
          ({ type, at }) =>
            (query.type === undefined || type === query.type) &&
            (query.from === undefined || Date.parse(at) >= Date.parse(String(query.from))) &&
            (query.to === undefined || Date.parse(at) < Date.parse(String(query.to))),
        ),
        query,
      ),
    run: ({ params }) => {
      const run = runsAt(now).find((one) => one.run === params.run)
      return run && { account: params.account, run, scans: scansOf(run) }
    },
  }
}

const page = <Item>(items: readonly Item[], { cursor = 0, limit = 100 }: Asked['query']) => {
  const end = Number(cursor) + Number(limit)
  return { items: items.slice(Number(cursor), end), next: end < items.length ? String(end) : null }
}

const MOVES = [
  ['open', 'made', 0],
  ['settling', 'ended', 300_000],
  ['provisional', 'sound-scan', 520_000],
  ['final', 'equal-scans', 16_000_000],
] as const

const historyOf = (state: string | null, from: number) => {
  const reached = MOVES.findIndex(([to]) => to === state)
  return MOVES.slice(0, state === null ? 0 : reached < 0 ? MOVES.length : reached + 1).map(([to, reason, after], index) => ({
    position: { partition: 0, offset: String(4_000 + index) },
    from: MOVES[index - 1]?.[0] ?? null,
    to,
    reason,
    at: new Date(from + after).toISOString(),
    scans: index > 1 ? ['0190c0de-0000-7000-9000-000000000002'] : [],
    difference: null,
  }))
}
