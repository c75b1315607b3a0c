import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { serviceCommand } from '@rollcall/cli/services/service-command'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { z } from 'zod'
import type { ChaosWorld } from '../world/start-chaos-world.ts'

const REBUILD_MS_MAX = 600_000

/** Of what a command that failed said. */
const TOLD_CHARACTERS = 1_500

const Rebuilt = z.object({ equal: z.boolean(), calls: z.int(), observations: z.int() })

/** The product's own proof, over the whole log: what it folds anew has the digest of what is projected. What it said, where it failed. */
export const verifyByRebuild = async ({ env }: Pick<ChaosWorld, 'env'>): Promise<z.infer<typeof Rebuilt> | { readonly equal: false; readonly problem: string }> => {
  const { file, args } = serviceCommand(PROJECT_ROOT, 'projector', ['rebuild', '--verify', '--json'])
  const { stdout, stderr } = await promisify(execFile)(file, [...args], { env: { ...env }, timeout: REBUILD_MS_MAX }).catch(
    // One that found a difference has said so and left with 1.
    (error: { readonly stdout?: string; readonly stderr?: string }) => ({ stdout: error.stdout ?? '', stderr: error.stderr ?? String(error) }),
  )
  const last = stdout.trim().split('\n').at(-1) ?? ''
  return last.startsWith('{') ? Rebuilt.parse(JSON.parse(last)) : { equal: false, problem: stderr.slice(0, TOLD_CHARACTERS) }
}
