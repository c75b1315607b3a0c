import { canonicalTime, type Instant } from '@rollcall/domain/time'
import { countErasable, type Erasable } from '@rollcall/store/certificate/erase-salts'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { accountOf, findCall, onAccounts } from '../connection/on-accounts.ts'
import { eraseAndNote } from '../erase/erase-and-note.ts'
import { EXIT } from '../exit-code.ts'
import { operatorTime } from '../options/operator-time.ts'
import { personName } from '../options/person-name.ts'

interface EraseOptions {
  readonly account: string
  readonly call?: string
  readonly before?: Instant
  readonly by: string
  readonly yes?: boolean
  readonly json?: boolean
}

export const eraseCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('erase')
    .summary('delete salts, so that certificates are about nobody any more')
    .description(
      'Deletes for good the salts by which certificates commit to what is personal in a call: nobody can show any more whose numbers they were. Every certificate, proof and evidence pack verifies as before. It is told in rollcall.audit.v1 by the next run. Without --yes nothing is deleted, and it is shown how many calls it would be.',
    )
    .requiredOption('--account <sid>', 'whose calls')
    .requiredOption('--by <who>', 'who erases; this name stands in the audit log', personName)
    .option('--call <CallSid>', 'this one call')
    .option('--before <time>', 'all calls that were created before, such as 2026-05-01 (IST)', operatorTime)
    .option('--yes', 'do it: it cannot be undone')
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      '\nIt deletes no call record and no observation: the log keeps what was received, for as long as its\nretention. A backup of the database holds the salts until it is gone too.\nExit codes: 0 done, or shown; 1 failed, or there is no such call; 2 bad usage or setting.\nExample:\n  rollcall erase --account acme --before 2026-05-01 --by "Asha, privacy" --yes',
    )
    .action(async ({ account: sid, call, before, by, yes = false, json }: EraseOptions) => {
      if ((call === undefined) === (before === undefined)) throw new CommandError('Needed is either --call with one CallSid, or --before with a time.', EXIT.usage)
      const calls = await onAccounts(context, 'rollcall-erase', async (pool, accounts) => {
        const account = accountOf(accounts, sid)
        if (call !== undefined) await findCall(pool, [account], call)
        const of: Erasable = call === undefined ? { createdBefore: before as Instant } : { callSid: call }
        return yes ? eraseAndNote(pool, account.sid, of, { by, now: context.clock() }) : countErasable(pool, account.sid, of)
      })
      const which = call ?? `calls created before ${canonicalTime(before as Instant)}`
      const text = yes
        ? `Salts of ${calls === 1 ? 'one call' : `${calls} calls`} deleted (${which}).`
        : `Salts of ${calls === 1 ? 'one call' : `${calls} calls`} would be deleted (${which}), for good. Nothing was done: --yes does it.`
      context.out(json ? `${JSON.stringify({ account: sid, erased: yes, calls })}\n` : `${text}\n`)
      end(EXIT.done)
    })
