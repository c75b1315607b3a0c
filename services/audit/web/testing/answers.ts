import type { AuditRouteName } from '@rollcall/contracts/audit-api/routes'
import type { SessionAnswer } from '@rollcall/contracts/audit-api/session'
import { dayOf, dayStart, measuresOf, windowsOf } from './a-day.ts'

/** A question as the routes have parsed it. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | number>>
  readonly body: unknown
  readonly session: SessionAnswer
}

export type Answers = { readonly [Name in AuditRouteName]?: (asked: Asked) => unknown }

const DAY_MS = 86_400_000
const OBJECTIVES = { ended: { withinSeconds: 600, neverAboveSeconds: 1_200 }, recorded: { withinSeconds: 150, neverAboveSeconds: 300 } }

/** What the made-up accounts answer at `now`. Everything that is answered is judged by the schema of its route before it leaves. */
export const answersAt = (now: number): Answers => {
  const firstWindow = now - 300 * DAY_MS - ((now - 300 * DAY_MS) % DAY_MS)
  const windows = (account: string, day: string) => windowsOf(account, day, now, account === 'quiet-2' ? now : firstWindow)
  const measures = (account: string, day: string) => {
    const { timeliness, day: _, ...rest } = measuresOf(account, day, windows(account, day), now)
    return { account, ...rest, timeliness: { ...timeliness, endedBy: { webhook: timeliness.ended }, endUnknown: 0, recordedBy: {}, recordingsAwaited: 0, objectives: OBJECTIVES } }
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
          const { account: _, measuredAt: __, ...today } = measures(account, day)
          const held = windows(account, day).find(({ state }) => state === 'provisional')
          return {
            account,
            firstWindow: account === 'quiet-2' ? null : new Date(firstWindow).toISOString(),
            watermark: { at: held?.from ?? null, heldBy: held ? { from: held.from, state: 'provisional' } : null },
            today: { day, ...today },
            lastRun: null,
            exceptionsOpen: account === 'acme-1' ? 37 : 0,
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
  }
}
