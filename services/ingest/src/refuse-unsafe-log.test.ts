import { createLogger } from '@rollcall/telemetry/create-logger'
import { describe, expect, it } from 'vitest'
import { refuseUnsafeLog } from './refuse-unsafe-log.ts'

const logger = createLogger({ service: 'ingest', level: 'silent' })
const named = (name: string): Error => Object.assign(new Error(`${name}: what to do`), { name })
const started = async (connect: () => Promise<void>) => {
  const failed: unknown[] = []
  const refused = await refuseUnsafeLog({ connect }, logger, (error) => failed.push(error)).then(
    () => null,
    (error: Error) => error,
  )
  return { refused, failed }
}

describe('a log that', () => {
  it('is as it should be lets the start go on', async () => expect(await started(async () => {})).toEqual({ refused: null, failed: [] }))

  it.each(['UnsafeTopicsError', 'ForeignLogError', 'SpoolOfAnotherLogError', 'UnsafeRoleError'])('may not be used (%s) is refused with what to do', async (name) => {
    const { refused } = await started(() => Promise.reject(named(name)))
    expect(refused).toMatchObject({ exitCode: 2, message: `${name}: what to do` })
  })

  it('cannot be reached is not: what comes is spooled', async () =>
    expect(await started(() => Promise.reject(named('LogUnavailableError')))).toEqual({ refused: null, failed: [] }))

  it('answers late is not waited for, and refused all the same', async () => {
    let answer: (error: Error) => void = () => {}
    const { refused, failed } = await started(() => new Promise((_, reject) => (answer = reject)))
    expect([refused, failed]).toEqual([null, []])
    answer(named('UnsafeTopicsError'))
    await new Promise(setImmediate)
    expect(failed).toMatchObject([{ exitCode: 2 }])
  })
})
