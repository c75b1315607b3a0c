import { runVerifier } from '@rollcall/evidence/verify-pack'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'

interface VerifyGiven {
  readonly key: readonly string[]
  readonly saved?: string
  readonly account?: string
  readonly from?: string
  readonly to?: string
  readonly call?: string
  readonly json?: boolean
}

export const verifyCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('verify')
    .summary('check an evidence pack, or the proof of one call: PASS or FAIL for each claim')
    .description(
      'Checks an evidence pack, or the proof of one call that the audit API answered, offline, exactly as the verify.mjs within a pack does (docs/audit-proof.md): nothing of this installation is asked. The key has to come from whoever signs, by another way than what is checked.',
    )
    .argument('<file>', 'what rollcall export wrote, or the answer of /v1/accounts/…/calls/…/proof')
    .requiredOption('--key <key...>', 'a verifier key, or a file with one; several while one takes over from the other')
    .option('--saved <file>', 'a checkpoint that you saved before: then the log has only grown since')
    .option('--account <sid>', 'whose calls you asked for')
    .option('--from <time>', 'from when, as an RFC 3339 time in UTC')
    .option('--to <time>', 'until when')
    .option('--call <CallSid>', 'of the proof of a call: which one you asked for')
    .option('--json', 'the claims as one JSON line')
    .addHelpText(
      'after',
      '\nExit codes: 0 every claim passes; 1 one fails; 2 bad usage, or a file that cannot be read.\nExample:\n  rollcall verify acme.zip --key rollcall.example.com/audit+0f151edd+AQID…',
    )
    .action(async (file: string, { key, saved, account, from, to, call, json }: VerifyGiven) => {
      const named = Object.entries({ saved, account, from, to, call }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]))
      const args = [file, ...key.flatMap((each) => ['--key', each]), ...named, ...(json ? ['--json'] : [])]
      end(
        await runVerifier(
          args,
          (line) => context.out(`${line}\n`),
          (line) => context.err(`${line}\n`),
        ),
      )
    })
