import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { serviceCommand } from '@rollcall/cli/services/service-command'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { z } from 'zod'
import type { ChaosWorld } from '../world/start-chaos-world.ts'

const REBUILD_MS_MAX = 600_000

const Rebuilt = z.object({ equal: z.boolean(), calls: z.int(), observations: z.int() })

/** The product's own proof, over the whole log: what it folds anew has the digest of what is projected. */
export const verifyByRebuild = async ({ env }: ChaosWorld): Promise<z.infer<typeof Rebuilt>> => {
  const { file, args } = serviceCommand(PROJECT_ROOT, 'projector', ['rebuild', '--verify', '--json'])
  const { stdout } = await promisify(execFile)(file, [...args], { env: { ...env }, timeout: REBUILD_MS_MAX })
  return Rebuilt.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
}
