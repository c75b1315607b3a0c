import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Measures } from '@rollcall/cli/measures/measures'
import { runCommandLine } from '@rollcall/cli/run-command-line'
import { canonicalTime } from '@rollcall/domain/time'
import type { Window } from '@rollcall/domain/window/window'
import { writeAccounts } from '../../e2e/write-accounts.ts'

export interface MeasuresCommand {
  /** What `rollcall measures --json` says of the span. @throws Error where it fails, or its exit code says something else than it does */
  readonly ask: (span: Window) => Promise<Measures>
  readonly close: () => Promise<void>
}

const [COMPLETE, GAPS_REMAIN] = [0, 3]
/** Nothing is asked of it; a setting of an event log there has to be. */
const NO_LOG = 'http://127.0.0.1:9'

/** The command as an operator types it, on one account. */
export const openMeasuresCommand = async (databaseUrl: string, account: string): Promise<MeasuresCommand> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-measures-'))
  const { accountsFile } = await writeAccounts(directory, [{ sid: account, baseUrl: 'http://127.0.0.1:9' }])
  const env = { DATABASE_URL: databaseUrl, EMBEDDED_LOG_URL: NO_LOG, ROLLCALL_ACCOUNTS_FILE: accountsFile, ROLLCALL_DATA_DIR: directory }
  const signals = () => ({ stop: new AbortController().signal, force: new AbortController().signal })
  return {
    async ask({ from, to }) {
      const said: string[] = []
      const say = (text: string): void => void said.push(text)
      const context = { env, root: directory, clock: Date.now, out: say, err: say, screen: null }
      const code = await runCommandLine(['measures', '--account', account, '--from', canonicalTime(from), '--to', canonicalTime(to), '--json'], context, signals)
      const told = said.join('')
      if (code !== COMPLETE && code !== GAPS_REMAIN) throw new Error(`rollcall measures ended with ${code}: ${told}`)
      const measures = JSON.parse(told) as Measures
      if (measures.complete !== (code === COMPLETE)) throw new Error(`rollcall measures ended with ${code}, and says complete: ${measures.complete}`)
      return measures
    },
    close: () => rm(directory, { recursive: true, force: true }),
  }
}
