import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

const git = async (...args: string[]): Promise<string> => (await promisify(execFile)('git', args, { cwd: PROJECT_ROOT })).stdout.trim()

/** The commit that is run, `-changed` behind it where files differ from it; `unknown` outside a clone. */
export const codeVersion = async (): Promise<string> => {
  try {
    return `${await git('rev-parse', '--short', 'HEAD')}${(await git('status', '--porcelain', '--untracked-files=no')) === '' ? '' : '-changed'}`
  } catch {
    return 'unknown'
  }
}
