import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { ServedFault } from '../plan/fault-kinds.ts'
import { HEALED, type Inject, victim } from './fault.ts'

type DiskFault = Extract<ServedFault, 'full-disk' | `${string}-sync` | 'failing-write' | 'descriptors'>

const SLOW_MS = 2_000
/** Files and connections that may still be opened. */
const DESCRIPTORS_LEFT = 3
const DESCRIPTORS_USUAL = 20_000

const limitDescriptors = async (pid: number, most: number): Promise<void> => {
  // It may have ended meanwhile; then there is nothing to limit.
  await promisify(execFile)('prlimit', ['--pid', String(pid), `--nofile=${most}:`]).catch(() => {})
}

export const DISK_FAULTS: Readonly<Record<DiskFault, Inject>> = {
  'full-disk': async ({ disks }, draw) => {
    const disk = victim(disks, draw)
    await disk.fill()
    return disk.empty
  },
  'failing-sync': async ({ hosts }, draw) => {
    const host = victim(hosts.ingests, draw)
    await host.set({ sync: { error: 'EIO' } })
    return () => host.set({ sync: undefined })
  },
  'slow-sync': async ({ hosts }, draw) => {
    const host = victim(hosts.ingests, draw)
    await host.set({ sync: { slowMs: SLOW_MS } })
    return () => host.set({ sync: undefined })
  },
  'failing-write': async ({ hosts }, draw) => {
    const host = victim(hosts.ingests, draw)
    await host.set({ write: { error: 'EIO' } })
    return () => host.set({ write: undefined })
  },
  descriptors: async ({ ingests }, draw) => {
    const pid = victim(ingests, draw).pid()
    if (pid === null) return HEALED
    const open = (await readdir(`/proc/${pid}/fd`).catch(() => [])).length
    await limitDescriptors(pid, open + DESCRIPTORS_LEFT)
    return () => limitDescriptors(pid, DESCRIPTORS_USUAL)
  },
}
