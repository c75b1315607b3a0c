import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { keptFile } from './kept-file.ts'

/** Below the ranges that systems hand out to outgoing connections, so that no passing connection holds a kept port when its server comes back. */
const PORT_MIN = 20_000
const PORT_MAX = 31_999
const TRIES_MAX = 200
/** The last process of a server that was killed lets go of its port when it ends, some milliseconds after it. */
const LOOKS_MAX = 100
const LOOK_EVERY_MS = 10

const Ports = z.array(z.int().min(1).max(65_535))

/**
 * As many loopback ports as asked for: the ones this file keeps from last time if they are free within a second, new ones otherwise.
 * Kept because clients remember where a broker said it is.
 * @param wait from one look at ports that are taken to the next
 */
export const keptPorts = async (file: string, count: number, wait: () => Promise<unknown> = () => sleep(LOOK_EVERY_MS)): Promise<number[]> => {
  const kept = keptFile(file, Ports)
  const before = (await kept.read()) ?? []
  const ports = before.length === count && (await becomeFree(before, wait)) ? before : await choose(count)
  await kept.write(ports)
  return ports
}

const choose = async (count: number): Promise<number[]> => {
  const ports = new Set<number>()
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries === TRIES_MAX) throw new Error(`No ${count} free ports between ${PORT_MIN} and ${PORT_MAX} on 127.0.0.1 after ${TRIES_MAX} tries; free some and start again.`)
    const port = randomInt(PORT_MIN, PORT_MAX + 1)
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  return [...ports]
}

const becomeFree = async (ports: readonly number[], wait: () => Promise<unknown>): Promise<boolean> => {
  for (let looks = 1; !(await allFree(ports)); looks += 1) {
    if (looks === LOOKS_MAX) return false
    await wait()
  }
  return true
}

const allFree = async (ports: readonly number[]): Promise<boolean> => (await Promise.all(ports.map(isFree))).every(Boolean)

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
