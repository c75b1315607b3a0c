import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Which Rollcall concludes or writes something, for whoever asks that years later. */
export interface Software {
  readonly version: string
  /** 40 hexadecimal digits, `-dirty` behind them where the tree differed from it; null where nobody knows. */
  readonly commit: string | null
}

const GIT_MS_MAX = 5_000
const HERE = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }

/** @param stated the commit that an image was built from (ROLLCALL_COMMIT). Without it the checkout is asked, where this runs in one. */
export const installedSoftware = (stated: string | undefined, folder = HERE): Software => ({ version, commit: stated ?? commitOf(folder) })

const commitOf = (folder: string): string | null => {
  try {
    return execFileSync('git', ['-C', folder, 'describe', '--match=', '--always', '--abbrev=40', '--dirty'], {
      encoding: 'utf8',
      timeout: GIT_MS_MAX,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return null
  }
}
