import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { ServedFault } from '../plan/fault-kinds.ts'
import type { HostFaults } from '../world/host-faults.ts'
import { type Inject, victim } from './fault.ts'
import { NotMadeError } from './not-made-error.ts'
import { onBadHost } from './on-bad-host.ts'
import { pidOf } from './signal-process.ts'

type DiskFault = Extract<ServedFault, 'full-disk' | `${string}-sync` | 'failing-write' | 'descriptors'>

const SLOW_MS = 2_000
/** Files and connections that may still be opened. */
const DESCRIPTORS_LEFT = 3
const DESCRIPTORS_USUAL = 20_000

const onIngestHost =
  (faults: HostFaults): Inject =>
  ({ hosts, ingests }, draw) =>
    onBadHost(victim(hosts.ingests, draw), victim(ingests, draw), faults)

const limitDescriptors = (pid: number, most: number) => promisify(execFile)('prlimit', ['--pid', String(pid), `--nofile=${most}:`])

/** Null where there is no such process. */
const descriptorLimit = async (pid: number): Promise<number | null> => {
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8').catch(() => '')
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1]
  return soft === undefined ? null : Number(soft)
}

export const DISK_FAULTS: Readonly<Record<DiskFault, Inject>> = {
  'full-disk': async ({ disks }, draw) => {
    const disk = victim(disks, draw)
    await disk.fill()
    return disk.empty
  },
  'failing-sync': onIngestHost({ sync: { error: 'EIO' } }),
  'slow-sync': onIngestHost({ sync: { slowMs: SLOW_MS } }),
  'failing-write': onIngestHost({ write: { error: 'EIO' } }),
  descriptors: async ({ ingests }, draw) => {
    const ingest = victim(ingests, draw)
    const pid = pidOf(ingest)
    const most = (await readdir(`/proc/${pid}/fd`).catch(() => [])).length + DESCRIPTORS_LEFT
    await limitDescriptors(pid, most).catch(() => {})
    const limit = await descriptorLimit(pid)
    if (limit !== most) throw new NotMadeError(limit === null ? `${ingest.name} was not running` : `${ingest.name} may still open as many descriptors as before`)
    // It may have ended meanwhile; then there is nothing to limit.
    return async () => void (await limitDescriptors(pid, DESCRIPTORS_USUAL).catch(() => {}))
  },
}
