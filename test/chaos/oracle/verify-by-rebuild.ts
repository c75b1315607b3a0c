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

/** The product's own proof, over the whole log: what it folds anew has the digest of what is projected. @throws Error with what it said when it failed. */
export const verifyByRebuild = async ({ env }: ChaosWorld): Promise<z.infer<typeof Rebuilt>> => {
  const { file, args } = serviceCommand(PROJECT_ROOT, 'projector', ['rebuild', '--verify', '--json'])
  const { stdout } = await promisify(execFile)(file, [...args], { env: { ...env }, timeout: REBUILD_MS_MAX }).catch((error: { stdout?: string; stderr?: string }) => {
    // One that found a difference has said so and left with 1.
    if (error.stdout?.includes('equal')) return { stdout: error.stdout }
    throw new Error(`the rebuild failed: ${(error.stderr ?? '').slice(0, TOLD_CHARACTERS)}`)
  })
  return Rebuilt.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
}
