import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { TOPICS } from '@rollcall/contracts/topics'
import { PositionGoneError } from '@rollcall/event-log/event-log'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { preflight } from '@rollcall/event-log/preflight'
import { lockDirectory } from '@rollcall/segment-log/lock-directory'
import { nodeFiles } from '@rollcall/segment-log/node-files'
import { openAdminServer } from '@rollcall/service/admin-server'
import { OperatorError } from '@rollcall/service/operator-error'
import { parseConfig } from '@rollcall/service/parse-config'
import { runService } from '@rollcall/service/run-service'
import { askFirst } from '@rollcall/store/ask-first'
import { checkRole } from '@rollcall/store/check-role'
import { migrate } from '@rollcall/store/migrate'
import { createPool } from '@rollcall/store/pool'
import { prometheusText } from '@rollcall/telemetry/prometheus-text'
import { InconsistentTreeError, openCheckpointSigner } from '@rollcall/transparency-log/kept/checkpoint-signer'
import { KeptHashesError } from '@rollcall/transparency-log/kept/file-levels'
import { openKeptLog } from '@rollcall/transparency-log/kept/kept-log'
import { KeeperConfig, keeperDirectory } from './config.ts'
import { openTreeKeeper } from './keep-tree.ts'
import { observeKeeper } from './observe-keeper.ts'
import { openPublishers } from './open-publishers.ts'
import { createPublication } from './publish-checkpoints.ts'
import { readSigners } from './read-signers.ts'
import { type KeeperStatus, runKeeper } from './run-keeper.ts'
import { createKeyTeller } from './tell-key-change.ts'

/** Time, and what may be waited for. */
const clock = (): number => Date.now()
const monotonic = (): number => performance.now()
const sleep = (ms: number, signal: AbortSignal): Promise<void> => setTimeout(ms, undefined, { signal }).catch(() => {})

const ADMIN_HOST = '127.0.0.1'

/** What a person must look at, and a restart cannot mend. */
const forOperator = (error: unknown): never => {
  if (error instanceof InconsistentTreeError || error instanceof KeptHashesError || error instanceof PositionGoneError)
    throw new OperatorError(`The audit log cannot be signed for: ${error.message}`, { cause: error })
  throw error
}

await runService({
  name: 'keeper',
  start: async (context) => {
    const config = parseConfig(KeeperConfig, process.env)
    context.logger.level = config.LOG_LEVEL
    const directory = keeperDirectory(config)
    await mkdir(directory, { recursive: true })
    const lock = await lockDirectory(nodeFiles, directory)
    context.onStop('directory', () => lock.release())
    const signers = await readSigners(config.KEEPER_KEY_FILES ?? [join(directory, 'key')])
    const publication = createPublication(await openPublishers(config, clock), context.logger)
    if (config.CHECKPOINT_TARGETS.length === 0)
      context.logger.warn(
        { event: 'checkpoint.no-target' },
        'CHECKPOINT_TARGETS is not set: checkpoints stay on this host, where whoever can change the records can change them too',
      )

    const pool = createPool({ databaseUrl: config.DATABASE_URL, applicationName: 'rollcall-keeper', max: 2 })
    context.onStop('database', () => pool.end())
    await askFirst(config.DATABASE_URL, () => checkRole(pool))
    await migrate(config.DATABASE_URL)
    const log = await openEventLog({ kafkaBrokers: config.KAFKA_BROKERS, embeddedLogUrl: config.EMBEDDED_LOG_URL, clientId: 'rollcall-keeper' })
    context.onStop('event log', () => log.close())
    await preflight(log, TOPICS, { allowUnsafeTopics: config.ROLLCALL_ALLOW_UNSAFE_TOPICS })

    const origin = config.KEEPER_ORIGIN ?? signers[0].name
    const signer = await openCheckpointSigner({ directory, origin, signers }).catch(forOperator)
    const keeper = await openTreeKeeper({ directory, log, db: pool, signer }).catch(forOperator)
    context.onStop('hashes', () => keeper.close())
    const last = await openKeptLog(directory).checkpoint()
    const status: KeeperStatus = { size: keeper.size(), signed: last === null ? null : { size: last.size, at: last.signedAt }, trouble: null }
    observeKeeper(status, publication, clock)
    const tellKeyChange = createKeyTeller({ signer, log, clock, logger: context.logger })
    const keeping = runKeeper({ keeper, publication, status, monotonic, clock, sleep, logger: context.logger, last, tellKeyChange }, context.signal).catch(forOperator)
    context.background('tree', keeping)
    const admin = await openAdminServer({
      host: ADMIN_HOST,
      port: config.KEEPER_ADMIN_PORT,
      portSetting: 'KEEPER_ADMIN_PORT',
      ready: () => (status.trouble === null ? { ready: true } : { ready: false, reason: status.trouble }),
      status: () => ({ origin, verifierKeys: signers.map(({ verifierKey }) => verifierKey), ...status, places: publication.places() }),
      metrics: prometheusText,
    })
    context.onStop('admin server', () => admin.close())
    context.logger.info({ event: 'admin.listening', host: ADMIN_HOST, port: admin.port }, 'admin port open')
    // Stopped first: what is not signed yet is signed while its hashes are still open.
    context.onStop('tree', () => keeping.catch(() => {}))
  },
})
