/**
 * Outlives whoever started it, however that ended, and then ends what it left: every process with the run's mark in its environment. Run
 * with the folder of the run, and the folders that may be mounted in it.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { smallMemoryGroup } from '../world/small-memory.ts'
import { RUN_MARK } from './run-mark.ts'

const PASSES = 3
const PASS_MS = 200
const [directory = '', ...mounts] = process.argv.slice(2)

const environmentOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}
const ours = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).split('\0').includes(`${RUN_MARK}=${directory}`))
    .map(Number)

const reap = (): void => {
  for (const pid of ours()) {
    if (pid === process.pid) continue
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
}
let left = false
process.on('message', (message) => {
  left = message === 'keep'
})
process.on('disconnect', () => {
  for (let pass = 0; pass < PASSES; pass += 1) setTimeout(reap, pass * PASS_MS)
  setTimeout(() => {
    for (const mount of mounts)
      try {
        execFileSync('umount', [mount], { stdio: 'ignore' })
      } catch {
        // It was not mounted, or is not any more.
      }
    try {
      // A group of the kernel's goes when none of its processes is left.
      rmdirSync(smallMemoryGroup(directory))
    } catch {
      // There was none, or it is gone.
    }
    if (!left) rmSync(directory, { recursive: true, force: true })
    process.exit(0)
  }, PASSES * PASS_MS)
})
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.send?.('ready')
