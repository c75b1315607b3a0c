import { LogUnavailableError, TopicMissingError } from '@rollcall/event-log/event-log'
import { expect, it } from 'vitest'
import { patientLog, type ReadLog, TRIES_MAX } from './patient-log.ts'

const BOUNDS = new Map([[0, { low: 0n, next: 7n }]])
const away = () => new LogUnavailableError('away')

/** A log that is away so many times before it answers, and what was waited meanwhile. */
const awayFor = (times: number, error: () => Error = away) => {
  const paused: number[] = []
  let asked = 0
  const answer = async <T>(value: T): Promise<T> => {
    asked += 1
    if (asked <= times) throw error()
    return value
  }
  const log: ReadLog = { read: () => answer(new Map()), bounds: () => answer(BOUNDS), clusterId: () => answer('log') }
  const patient = patientLog(log, new AbortController().signal, async (ms) => void paused.push(ms))
  return { patient, paused, asked: () => asked }
}

it('asks again while the log is away, with longer pauses, and gives what it says then', async () => {
  const { patient, paused } = awayFor(3)
  expect(await patient.bounds('topic')).toBe(BOUNDS)
  expect(paused).toEqual([200, 400, 800])
  expect(await awayFor(1).patient.clusterId()).toBe('log')
  expect(await awayFor(1).patient.read('topic', new Map(), { maxBytes: 1, maxWaitMs: 1 })).toEqual(new Map())
})

it('gives up in the end', async () => {
  const { patient, asked } = awayFor(TRIES_MAX)
  await expect(patient.bounds('topic')).rejects.toThrow('away')
  expect(asked()).toBe(TRIES_MAX)
  expect(await awayFor(TRIES_MAX - 1).patient.bounds('topic')).toBe(BOUNDS)
})

it('does not wait for a topic that is gone, nor after anything else that went wrong', async () => {
  for (const error of [() => new TopicMissingError('topic'), () => new RangeError('damaged')]) {
    const { patient, asked } = awayFor(1, error)
    await expect(patient.bounds('topic')).rejects.toThrow(error().message)
    expect(asked()).toBe(1)
  }
})

it('pauses no longer than it is wanted', async () => {
  const stop = new AbortController()
  const log: ReadLog = { read: () => Promise.reject(away()), bounds: () => Promise.reject(away()), clusterId: () => Promise.reject(away()) }
  const asking = patientLog(log, stop.signal).bounds('topic')
  stop.abort()
  await expect(asking).rejects.toMatchObject({ name: 'AbortError' })
})
