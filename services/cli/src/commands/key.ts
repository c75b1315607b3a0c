import { join } from 'node:path'
import { isKeyName } from '@rollcall/transparency-log/note/key'
import { Command } from 'commander'
import { createKeyFile } from '../audit/create-key-file.ts'
import { readVerifierKey } from '../audit/read-verifier-key.ts'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { dataDirectoryOf } from '../connection/data-directory-of.ts'
import { EXIT } from '../exit-code.ts'

export const keyCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('key')
    .summary('keys that sign checkpoints of the audit log: create, show')
    .description('Checkpoints are signed with a key of your own; who has its verifier key can check them, and everything that they stand for.')
    .addHelpText('after', '\nExample:\n  rollcall key create --name rollcall.example.com/audit\n  rollcall key show')
    .addCommand(createCommand(context, end))
    .addCommand(showCommand(context, end))

const createCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('create')
    .summary('make a key, and print what others verify with')
    .description(
      'Writes a new Ed25519 key into a file that only you can read (mode 0400), and prints its verifier key: give that to your auditors, by a way of its own. An existing file is never replaced. To change keys, make a second one, name both in KEEPER_KEY_FILES until every auditor has the new verifier key, then leave out the old one.',
    )
    .requiredOption('--name <name>', 'a name of yours, such as rollcall.example.com/audit')
    .option('--file <path>', FILE_OPTION)
    .addHelpText('after', '\nExit codes: 0 made; 1 failed; 2 bad usage, or the file is there already.\nExample:\n  rollcall key create --name rollcall.example.com/audit')
    .action(async ({ name, file = usualFile(context) }: { readonly name: string; readonly file?: string }) => {
      if (!isKeyName(name)) throw new CommandError(`--name is ${JSON.stringify(name)}; needed is a name without blanks and without a plus`, EXIT.usage)
      const verifierKey = await createKeyFile(file, name)
      if (verifierKey === null) throw new CommandError(`${file} is there already, and a key is never replaced; needed is another --file`, EXIT.usage)
      context.err(`The key is in ${file}. Its verifier key, for your auditors:\n`)
      context.out(`${verifierKey}\n`)
      end(EXIT.done)
    })

const showCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('show')
    .summary('print what others verify with')
    .description('Prints the verifier key of a key: give that to your auditors, by a way of its own. The key itself is never shown.')
    .option('--file <path>', FILE_OPTION)
    .addHelpText('after', '\nExit codes: 0 shown; 2 there is no such key, or others can read it.\nExample:\n  rollcall verify acme.pack.zip --key "$(rollcall key show)"')
    .action(async ({ file = usualFile(context) }: { readonly file?: string }) => {
      context.out(`${await readVerifierKey(file)}\n`)
      end(EXIT.done)
    })

const FILE_OPTION = 'where (default: keeper/key in ROLLCALL_DATA_DIR)'
const usualFile = (context: CliContext): string => join(dataDirectoryOf(context), 'keeper', 'key')
