import { readSchedules } from '@rollcall/store/reconcile/schedules'
import { readRuns } from '@rollcall/store/status/read-runs'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { accountOf, onAccounts } from '../connection/on-accounts.ts'
import { EXIT } from '../exit-code.ts'
import { numberOption } from '../options/number-option.ts'
import { renderRuns } from '../runs/render-runs.ts'
import { scheduleLines } from '../status/schedule-lines.ts'

const RUNS_SHOWN = 20
const RUNS_SHOWN_MAX = 10_000

export const runsCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('runs')
    .summary('the last runs of the reconciler, and runs that did not happen')
    .description(
      'Shows, per account, the last runs with what they took on, when each was planned and began, how long it took, what it asked, found and closed, and why it stopped; and of every schedule how many slots were on time, late, coalesced with a run under way, or missed because nothing ran.',
    )
    .option('--account <sid>', 'of this account only')
    .option('--last <n>', `how many runs (default: ${RUNS_SHOWN})`, numberOption({ min: 1, max: RUNS_SHOWN_MAX, integer: true, example: RUNS_SHOWN }), RUNS_SHOWN)
    .option('--json', 'the same as JSON')
    .addHelpText('after', '\nExit codes: 0 shown; 1 failed; 2 bad usage or setting.\nExamples:\n  rollcall runs\n  rollcall runs --account acme --last 5 --json')
    .action(async ({ account: sid, last, json }: { readonly account?: string; readonly last: number; readonly json?: boolean }) => {
      const shown = await onAccounts(context, 'rollcall-runs', (pool, accounts) =>
        Promise.all(
          (sid === undefined ? accounts : [accountOf(accounts, sid)]).map(async ({ sid: account }) => ({
            account,
            schedules: await readSchedules(pool, account),
            runs: await readRuns(pool, account, last),
          })),
        ),
      )
      const now = context.clock()
      const lines = shown.flatMap(({ account, schedules, runs }) => [
        ...renderRuns(account, runs, now),
        ...scheduleLines({ schedules, lastRun: runs[0] ?? null }, now).map((line) => `  schedule ${line}`),
      ])
      context.out(json ? `${JSON.stringify(shown)}\n` : lines.map((line) => `${line}\n`).join(''))
      end(EXIT.done)
    })
