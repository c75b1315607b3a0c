/** The hour's check as a process of its own: what of it is told, and that none is left behind. */
import { execFileSync } from 'node:child_process'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createWorld, type World } from '../testing/world.ts'
import { checkHourly, type HourlyChecks } from './check-hourly.ts'

const EVERY_SECOND = '* * * * * *'
/** Says what a check says, with the calls that differ by name. */
const DIFFERING = `console.log(JSON.stringify({ outcome: 'differs', account: 'acme', day: '2026-01-15', differences: [{ callSid: 'a-call' }], differing: 1 })); process.exit(3)`
/** Does not end, whoever asks. */
const ENDLESS = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"

let world: World
let checks: HourlyChecks | null = null
let logged: string[]
beforeAll(async () => {
  world = await createWorld('embedded')
})
afterAll(() => world?.close())
afterEach(async () => {
  await checks?.stop()
  checks = null
})
const begin = (script: string): HourlyChecks => {
  logged = []
  const logger = createLogger({ service: 'projector', level: 'debug', destination: { write: (line) => void logged.push(line) } })
  checks = checkHourly({ expression: EVERY_SECOND, pool: world.pool, logger, command: { file: process.execPath, args: ['-e', script], env: { PATH: process.env.PATH } } })
  return checks
}
const told = (event: string): readonly string[] => logged.filter((line) => line.includes(`"event":"${event}"`))

it('tells of which account and day calls differ, and of no call', async () => {
  begin(DIFFERING)
  await expect.poll(() => told('check.differs')).not.toEqual([])
  expect(JSON.parse(told('check.differs')[0] ?? '')).toMatchObject({ level: 'error', account: 'acme', day: '2026-01-15', differing: 1 })
  expect(logged.join('')).not.toContain('a-call')
})

it.each([
  ['a day was equal', `console.log('{"outcome":"equal","account":"acme","day":"2026-01-15"}')`, 'check.ended'],
  ['there was no day to check', `console.log('{"outcome":"none"}')`, 'check.none'],
  ['it failed', `console.error('why it failed'); process.exit(1)`, 'check.failed'],
])('tells that %s', async (_, script, event) => {
  begin(script)
  await expect.poll(() => told(event)).not.toEqual([])
  expect(told('check.failed').every((line) => line.includes('why it failed'))).toBe(true)
})

it('kills the check that is under way when it is stopped, and begins none after', async () => {
  const { stop } = begin(ENDLESS)
  const running = (): number =>
    execFileSync('ps', ['-eo', 'ppid,args'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.trim().startsWith(`${process.pid} `) && line.includes(ENDLESS)).length
  await expect.poll(running).toBe(1)
  await stop()
  expect(running()).toBe(0)
})
