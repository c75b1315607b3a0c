/**
 * How many bodies a second one core reads to facts, and peeks at before the log. Asserts nothing about speed. By processor time, which
 * other processes on the machine do not take away, and by the clock. `pnpm bench:readers [rounds]`
 */
import { peekDelivery } from '@rollcall/exotel/peek-delivery'
import { readObservation } from '@rollcall/exotel/read-observation'
import { median } from '../median.ts'
import { READER_BODIES } from './reader-bodies.ts'

const ROUNDS_DEFAULT = 5
const ROUND_MS_MIN = 500

interface Rate {
  readonly perCpuSecond: number
  readonly perSecond: number
}

/** One round: all bodies again and again, for at least so much processor time. */
const measureRound = <T>(bodies: readonly T[], act: (body: T) => void): Rate => {
  const beganAt = performance.now()
  const cpu = process.cpuUsage()
  let count = 0
  let spentMs = 0
  while (spentMs < ROUND_MS_MIN) {
    for (const body of bodies) act(body)
    count += bodies.length
    const { user, system } = process.cpuUsage(cpu)
    spentMs = (user + system) / 1_000
  }
  return { perCpuSecond: (count / spentMs) * 1_000, perSecond: (count / (performance.now() - beganAt)) * 1_000 }
}

const measure = <T>(rounds: number, bodies: readonly T[], act: (body: T) => void): Rate => {
  measureRound(bodies, act)
  const taken = Array.from({ length: rounds }, () => measureRound(bodies, act))
  return { perCpuSecond: median(taken.map(({ perCpuSecond }) => perCpuSecond)), perSecond: median(taken.map(({ perSecond }) => perSecond)) }
}

const rounds = Number(process.argv[2] ?? ROUNDS_DEFAULT)
const thousands = (rate: number): string => `${(rate / 1_000).toFixed(1)} k`

process.stdout.write(`Node ${process.versions.node}, median of ${rounds} rounds\n\n`)
process.stdout.write('| body | bytes | read, per second of processor | read, per second | peeked, per second of processor |\n| --- | --: | --: | --: | --: |\n')
for (const { name, observations } of READER_BODIES) {
  const unread = observations.find((observation) => readObservation(observation).kind !== 'facts')
  if (unread !== undefined) throw new Error(`${name} is not read to facts`)
  const read = measure(rounds, observations, readObservation)
  const deliveries = observations.map(({ query, contentType, payload }) => ({ method: 'POST', query, contentType, body: payload, surface: null }))
  const peeked = measure(rounds, deliveries, peekDelivery)
  const bytes = median(observations.map(({ payload, query }) => payload.length + (query?.length ?? 0)))
  process.stdout.write(`| ${name} | ${bytes} | ${thousands(read.perCpuSecond)} | ${thousands(read.perSecond)} | ${thousands(peeked.perCpuSecond)} |\n`)
}
