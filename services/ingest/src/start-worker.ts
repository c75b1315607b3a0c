import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IngestStatus } from '@rollcall/contracts/ingest-status'
import type { Readiness } from '@rollcall/service/health-answer'
import { listen } from '@rollcall/service/listen'
import type { Account } from '@rollcall/service/read-accounts'
import type { ServiceContext } from '@rollcall/service/run-service'
import { sharedSecrets } from '@rollcall/service/shared-secrets'
import { currentTraceparent } from '@rollcall/telemetry/current-traceparent'
import { observeProcess } from '@rollcall/telemetry/observe-process'
import { withSpan } from '@rollcall/telemetry/with-span'
import { v7 as uuidv7 } from 'uuid'
import { watchAccounts } from './accounts/watch-accounts.ts'
import { buildObservation } from './build-observation.ts'
import type { IngestConfig } from './config.ts'
import { createDiskWatch } from './disk-watch.ts'
import { closeServer } from './http/close-server.ts'
import { createDeliveryServer, type Outcome } from './http/delivery-server.ts'
import { createFailureLimit } from './http/failure-limit.ts'
import { createGate } from './http/gate.ts'
import { createLoadBound } from './http/load-bound.ts'
import { createNetworks } from './http/networks.ts'
import type { HookPath } from './http/parse-hook-path.ts'
import { keepDelivery } from './keep-delivery.ts'
import { logConnectionOf } from './log-connection.ts'
import { observeIngest } from './observe-ingest.ts'
import { refuseDatabase } from './refuse-database.ts'
import { refuseMemorySpool } from './refuse-memory-spool.ts'
import { refuseOtherLog } from './refuse-other-log.ts'
import { refuseUnsafeLog } from './refuse-unsafe-log.ts'
import { createReceiving } from './signs-of-life/receiving.ts'
import { createRefusedMinutes } from './signs-of-life/refused-minutes.ts'
import { createSignsOfLife } from './signs-of-life/signs-of-life.ts'
import { createAckWaiters, SWEEP_MS } from './spool/ack-waiters.ts'
import { appendMakingRoom } from './spool/append-making-room.ts'
import { createAppendRefusals } from './spool/append-refusals.ts'
import { checkSpoolFolder } from './spool/check-spool-folder.ts'
import { claimSpool } from './spool/claim-spool.ts'
import { createDrainage } from './spool/drainage.ts'
import { type ForwardingOptions, startForwarding } from './spool/forwarding.ts'
import { instanceName } from './spool/instance-name.ts'
import { leftoverSpools } from './spool/leftover-spools.ts'
import { openLogMemory } from './spool/log-memory.ts'
import { spoolFolderOf } from './spool/spool-folder-of.ts'
import { createSpoolHealth } from './spool/spool-health.ts'
import { createSpoolWatch } from './spool/spool-watch.ts'
import { createTally } from './tally.ts'

export interface Worker {
  readonly port: number
  status(): IngestStatus
  ready(): Readiness
  /** Reads the accounts file again, now. */
  rereadAccounts(): Promise<void>
}

const clock = (): number => Date.now()
const monotonicMs = (): number => performance.now()
const HOUR_MS = 3_600_000

/** One process that receives: its spool, its forwarder, its share of the port. Worker 0 also forwards spools that no worker owns any more. */
export const startWorker = async (config: IngestConfig, accounts: readonly Account[], index: number, context: ServiceContext): Promise<Worker> => {
  const { logger, signal } = context
  const startedAt = clock()
  const source = `/rollcall/ingest/${hostname()}/${index}`
  const spoolDirectory = spoolFolderOf(config)

  for (const problem of index === 0 ? sharedSecrets(accounts) : []) logger.warn({ event: 'accounts.shared-secret' }, problem)
  await refuseMemorySpool(spoolDirectory, { allowUnsafe: config.ROLLCALL_ALLOW_UNSAFE_TOPICS }, logger)

  const databaseUrl = config.DATABASE_URL
  const log = logConnectionOf(config, `rollcall-ingest-${index}`, async (found) => {
    await refuseOtherLog(spoolDirectory, found)
    if (databaseUrl !== undefined && found.topicId === undefined) await refuseDatabase(databaseUrl, found.clusterId, logger)
  })
  context.onStop('log', log.close)
  await checkSpoolFolder(spoolDirectory)
  await refuseUnsafeLog(log, logger, context.fail)

  const tally = createTally(sidsOf(accounts))
  const refusals = createRefusedMinutes(clock)
  const receiving = createReceiving(monotonicMs)
  const signs = databaseUrl === undefined ? null : createSignsOfLife({ databaseUrl, host: hostname(), refusals, lastReceived: tally.lastReceived, clock, monotonicMs, logger })
  // Registered before the spools, hence stopped after them: the last sign says what they have left.
  context.onStop('signs of life', async () => signs?.stop())

  const forwardingOf = async (name: string, { appending, onAcknowledged }: Pick<ForwardingOptions, 'appending' | 'onAcknowledged'>) => {
    const directory = join(spoolDirectory, name)
    const spool = await claimSpool(directory, logger)
    const memory = openLogMemory(directory)
    const forwarding = startForwarding({
      spool,
      name,
      keptMs: config.INGEST_SPOOL_KEPT_HOURS * HOUR_MS,
      bytesMax: config.INGEST_SPOOL_BYTES_MAX,
      appending,
      append: async (records) => {
        await memory.keep(await log.identity())
        await log.append(records)
      },
      onAcknowledged,
      clock,
      logger,
    })
    context.onStop(`forwarding of spool ${name}`, forwarding.stop)
    context.background(`forwarding of spool ${name}`, forwarding.running)
    return { name, spool, ...forwarding }
  }
  let appending = 0
  const own = await forwardingOf(String(index), {
    appending: () => appending,
    onAcknowledged: (records) => {
      for (const { seq } of records) waiters.acknowledge(seq)
      if (own.forwarder.position() >= own.spool.segments.bounds().next) waiters.caughtUp()
    },
  })
  const makeRoom = async (): Promise<number> => (await Promise.all(forwardings.map((forwarding) => forwarding.makeRoom()))).reduce((sum, bytes) => sum + bytes, 0)
  const appendToSpool = appendMakingRoom({ append: own.spool.segments.append, makeRoom })
  const append = (records: readonly Uint8Array[]): Promise<bigint> => {
    appending += 1
    return appendToSpool(records).finally(() => {
      appending -= 1
    })
  }
  const waiters = createAckWaiters({ waitMs: config.KAFKA_ACK_WAIT_MS, monotonicMs, isAcknowledged: own.forwarder.isAcknowledged })
  const sweeping = setInterval(waiters.sweep, SWEEP_MS)
  context.onStop('waiting requests', () => clearInterval(sweeping))
  const leftover = index === 0 ? await leftoverSpools(spoolDirectory, config.INGEST_WORKERS) : []
  const forwardings = [own, ...(await Promise.all(leftover.map((name) => forwardingOf(name, { appending: () => 0, onAcknowledged: () => {} }))))]
  await signs?.begin(
    await instanceName(spoolDirectory),
    forwardings.map(({ name, spool: { segments }, forwarder }) => ({
      name,
      drainedTo: createDrainage({ monotonicMs, receivingSince: name === own.name ? receiving.since : () => null, next: () => segments.bounds().next, position: forwarder.position })
        .look,
      records: () => Number(segments.bounds().next - forwarder.position()),
      bytes: () => segments.stats().bytes,
      oldestAt: forwarder.oldestAt,
    })),
  )

  const disk = createDiskWatch({ directory: spoolDirectory, onPressed: async () => void (await makeRoom()), logger })
  context.background('watching the disk', disk.run(signal))
  const health = createSpoolHealth({ writingMs: () => own.spool.segments.stats().writingMs, monotonicMs })
  const spoolWatch = createSpoolWatch({ own: own.spool.segments, others: forwardings.filter((one) => one !== own).map(({ spool }) => spool.segments) })
  context.background('watching the spools', spoolWatch.run(signal))
  const appendRefusals = createAppendRefusals({ health, monotonicMs, logger, fail: context.fail })
  const ready = (): Readiness => {
    const reason = signal.aborted ? 'stopping' : (health.reason() ?? spoolWatch.reason() ?? disk.reason())
    return reason === null ? { ready: true } : { ready: false, reason }
  }

  let gate = createGate(accounts)
  const watch = watchAccounts({
    file: config.ROLLCALL_ACCOUNTS_FILE,
    accounts,
    onChange: (changed) => {
      gate = createGate(changed)
      tally.accountsAre(sidsOf(changed))
    },
    clock,
    logger,
  })
  context.background('watching the accounts file', watch.run(signal))

  const status = (): IngestStatus => {
    const waiting = forwardings.map(({ spool, forwarder }) => ({
      ...spool.segments.stats(),
      records: Number(spool.segments.bounds().next - forwarder.position()),
      oldestAt: forwarder.oldestAt(),
    }))
    const oldest = Math.min(...waiting.map(({ oldestAt }) => oldestAt ?? Number.POSITIVE_INFINITY))
    return {
      startedAt,
      workers: 1,
      accounts: tally.accounts(),
      refused: tally.strangers(),
      spool: {
        records: waiting.reduce((sum, { records }) => sum + records, 0),
        bytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0),
        oldestAt: Number.isFinite(oldest) ? oldest : null,
        quarantinedBytes: waiting.reduce((sum, { quarantinedBytes }) => sum + quarantinedBytes, 0),
      },
      forwarded: forwardings.reduce((sum, { forwarder }) => sum + forwarder.forwarded(), 0),
      breaker: waiters.isOpen() ? 'open' : 'closed',
      log: log.description(),
      accountsFile: { readAt: watch.readAt(), problem: watch.problem() },
      problem: forwardings.map(({ problem }) => problem()).find((problem) => problem !== null) ?? null,
    }
  }
  const observeWait = observeIngest(index, status, {
    failures: () => forwardings.reduce((sum, { failures }) => sum + failures(), 0),
    logReplaced: () => forwardings.some(({ logReplaced }) => logReplaced()),
    diskUsedShare: disk.usedShare,
    clock,
  })
  observeProcess({ worker: String(index) })

  const receive = async (path: HookPath, method: string, contentType: string | null, body: Buffer): Promise<Outcome> => {
    const receivedAt = clock()
    const began = monotonicMs()
    const settled = receiving.begin()
    const observation = buildObservation({
      path,
      method,
      contentType,
      body,
      id: uuidv7(),
      receivedAt,
      source,
      traceparent: currentTraceparent(),
      utcOffsetMinutes: gate.utcOffsetMinutes(path.account),
    })
    try {
      const durability = await keepDelivery(observation, (records) => append(records).finally(settled), waiters)
      tally.received(path.account, receivedAt)
      observeWait(durability, monotonicMs() - began)
      return { kind: 'kept', durability, surface: observation.surface }
    } catch (error) {
      return { kind: 'refused', reason: appendRefusals.refused(error, path.account) }
    } finally {
      settled()
    }
  }

  const server = createDeliveryServer({
    gate: () => gate,
    failures: createFailureLimit(monotonicMs),
    load: createLoadBound(),
    trustedProxies: createNetworks(config.INGEST_TRUSTED_PROXIES),
    ready,
    receive: (...delivery) => withSpan('receive delivery', { 'rollcall.account': delivery[0].account }, () => receive(...delivery)),
    refused: (account, reason) => {
      tally.refused(account, reason)
      refusals.refused(account, reason)
    },
    probed: tally.probed,
    draining: () => signal.aborted,
  })
  context.onStop('receiving', async () => {
    await sleep(config.INGEST_LEAVE_MS)
    await closeServer(server)
  })
  const port = await listen(server, { host: config.INGEST_HOST, port: config.INGEST_PORT, portSetting: 'INGEST_PORT' })
  logger.info({ event: 'ingest.listening', host: config.INGEST_HOST, port, worker: index, spooled: status().spool.records }, 'listening')
  return { port, status, ready, rereadAccounts: watch.reread }
}

const sidsOf = (accounts: readonly Account[]): readonly string[] => accounts.map(({ sid }) => sid)
