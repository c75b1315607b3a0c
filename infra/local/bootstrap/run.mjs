import { spawnSync } from 'node:child_process'
import { ROOT } from './root.mjs'

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024

/** Runs a command to its end in the clone's folder, quietly. Throws an Error with everything it printed when it fails. */
export const run = (command, args, env = {}) => {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, { cwd: ROOT, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: OUTPUT_BYTES_MAX })
  if (status === 0) return stdout.trim()
  throw new Error([`${command} ${args.join(' ')} failed (${error?.message ?? signal ?? `exit code ${status}`}):`, stdout, stderr].filter(Boolean).join('\n').trim())
}
