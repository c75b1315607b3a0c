import { setTimeout as sleep } from 'node:timers/promises'
import { telemetryAtExit } from '@rollcall/telemetry/telemetry-at-exit'
import { OperatorError } from '../operator-error.ts'
import { runService } from '../run-service.ts'

/** A service as small as can be, for the tests of `runService`: its first argument says how it ends. */
const [, , behaviour = ''] = process.argv
await runService({
  name: 'small',
  start: async ({ signal, onStop, background, finish, fail }) => {
    onStop('first', () => void process.stdout.write('stopped first\n'))
    if (behaviour === 'operator') throw new OperatorError('SMALL is 1; needed is 2. Set SMALL.')
    if (behaviour === 'throw') throw new Error('no luck')
    onStop('second', () => void process.stdout.write('stopped second\n'))
    const tick = setInterval(() => {}, 1_000)
    onStop('tick', () => clearInterval(tick))
    if (behaviour === 'hang') onStop('hang', () => new Promise(() => {}))
    if (behaviour === 'background') background('loop', Promise.reject(new Error('loop broke')))
    if (behaviour === 'uncaught')
      setImmediate(() => {
        throw new Error('uncaught')
      })
    if (behaviour === 'finish' || behaviour === 'no-collector') finish(3)
    if (behaviour === 'no-collector') telemetryAtExit.started = { stop: () => Promise.reject(new Error('the collector is away')) }
    if (behaviour === 'fail') fail(new Error('said so'))
    background(
      'loop',
      sleep(60_000, undefined, { signal }).catch(() => {}),
    )
  },
})
