import { readRecordingCheck } from '@rollcall/store/chase/recording-checks'
import { readJudgements } from '@rollcall/store/reconcile/read-judgements'
import { readCallChases } from '@rollcall/store/timeline/read-call-chases'
import { readCallObservations } from '@rollcall/store/timeline/read-call-observations'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { accountOf, findCall, onAccounts } from '../connection/on-accounts.ts'
import { EXIT } from '../exit-code.ts'
import { callTimeline } from '../timeline/call-timeline.ts'
import { renderTimeline } from '../timeline/render-timeline.ts'

export const timelineCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('timeline')
    .summary('how we came to know one call, step by step')
    .description(
      'Shows, for one call: every observation with its position in the log, how it came, when it was so at Exotel and how long after that we had it, and what it changed; what was judged of its webhooks, now and before; how it was asked for by Sid, and what its recording’s host said. Numbers and texts of people are masked. Asks Exotel nothing.',
    )
    .argument('<CallSid>', "the call's Sid")
    .option('--account <sid>', 'whose call it is, where several accounts have one of this Sid')
    .option('--json', 'the same as JSON')
    .addHelpText('after', '\nExit codes: 0 shown; 1 failed, or there is no such call; 2 bad usage or setting.\nExample:\n  rollcall timeline 5f3a… --account acme')
    .action(async (callSid: string, { account: sid, json }: { readonly account?: string; readonly json?: boolean }) => {
      const timeline = await onAccounts(context, 'rollcall-timeline', async (pool, accounts) => {
        const { account, call } = await findCall(pool, sid === undefined ? accounts : [accountOf(accounts, sid)], callSid)
        const [observations, judgements, chases, recording] = [
          await readCallObservations(pool, account.sid, callSid),
          await readJudgements(pool, account.sid, callSid),
          await readCallChases(pool, account.sid, callSid),
          await readRecordingCheck(pool, account.sid, callSid),
        ]
        return callTimeline(call, observations, judgements, { chases, recording })
      })
      context.out((json ? [JSON.stringify(timeline)] : renderTimeline(timeline)).map((line) => `${line}\n`).join(''))
      end(EXIT.done)
    })
