import { openEventLog } from '@rollcall/event-log/open-event-log'
import { runService } from '@rollcall/service/run-service'
import { openPool } from '../open-pool.ts'
import { newProjectionStatus } from '../projection-status.ts'
import { runProjection } from '../run-projection.ts'
import { namespacedLog } from './namespaced-log.ts'

/** The projector as a process that a test can kill, on topics of the test's own. Arguments: brokers, namespace, database, instance. */
const [, , brokers = '', namespace = '', databaseUrl = '', instance = ''] = process.argv
await runService({
  name: 'projector',
  start: async ({ logger, onStop, background, signal }) => {
    const pool = openPool(databaseUrl, instance)
    onStop('database', () => pool.end())
    const openLog = async () => namespacedLog(await openEventLog({ kafkaBrokers: brokers.split(','), clientId: instance }), () => namespace)
    const projecting = runProjection({ openLog, pool, instance, clock: Date.now, monotonic: () => performance.now(), logger, status: newProjectionStatus() }, signal)
    background('projection', projecting)
    onStop('projection', () => projecting.catch(() => {}))
  },
})
