import { readFile } from 'node:fs/promises'
import type { FaultyHost, HostFaults } from '../world/host-faults.ts'
import type { Heal } from './fault.ts'
import { NotMadeError } from './not-made-error.ts'
import type { Running } from './signal-process.ts'

/** Makes a host bad for as long as it lasts. @throws NotMadeError, when it ends, where no process was on it, neither then nor at the begin */
export const onBadHost = async (host: FaultyHost, process: Running, faults: HostFaults): Promise<Heal> => {
  await host.set(faults)
  const wasOnIt = await isOn(host, process.pid())
  return async () => {
    const isOnIt = await isOn(host, process.pid())
    await host.set(Object.fromEntries(Object.keys(faults).map((kind) => [kind, undefined])))
    if (!wasOnIt && !isOnIt) throw new NotMadeError(`${process.name} was not running, or not on that host`)
  }
}

/** A process that has the host's faults has their file in its memory. */
const isOn = async ({ env }: FaultyHost, pid: number | null): Promise<boolean> => {
  const file = env.ROLLCALL_HOST_FAULTS
  return pid !== null && file !== undefined && (await readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '')).includes(file)
}
