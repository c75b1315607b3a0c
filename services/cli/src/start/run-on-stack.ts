import { join, relative } from 'node:path'
import { SCOPES } from '@rollcall/contracts/audit-api/session'
import { TOPICS } from '@rollcall/contracts/topics'
import type { Instant } from '@rollcall/domain/time'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { preflight } from '@rollcall/event-log/preflight'
import type { LocalStack } from '@rollcall/local/start-local-stack'
import { readAccounts } from '@rollcall/service/read-accounts'
import { issueToken } from '@rollcall/store/audit/issue-token'
import { revokeToken } from '@rollcall/store/audit/tokens'
import { migrate } from '@rollcall/store/migrate'
import { createPool } from '@rollcall/store/pool'
import { createKeyFile } from '../audit/create-key-file.ts'
import { createRecorder } from '../audit/record-action.ts'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { DEMO_SID, writeDemoAccount } from '../demo/demo-account.ts'
import { NO_EARLIER_PLAYS } from '../demo/simulator-message.ts'
import { EXIT } from '../exit-code.ts'
import type { Display } from '../live/display.ts'
import { trackLostCalls } from '../live/lost-calls.ts'
import type { ChildEvent } from '../supervise/child-event.ts'
import type { Child } from '../supervise/supervise-child.ts'
import { durationText } from '../terminal/duration-text.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'
import { tellToken } from '../token/tell-token.ts'
import { choosePorts } from './choose-ports.ts'
import { needsUnsafeTopics } from './needs-unsafe-topics.ts'
import { placesOf } from './places-of.ts'
import { serviceSettings } from './service-settings.ts'
import type { StartConfig } from './start-config.ts'
import type { StartOptions } from './start-options.ts'
import { startServices } from './start-services.ts'
import { type SimulatedExotel, startSimulatedExotel } from './start-simulated-exotel.ts'
import { tellChildEvent } from './tell-child-event.ts'
import { watchStack } from './watch-stack.ts'

/** Whose the token of the link to the page is. */
const ITSELF = 'npm start'

export interface OnStack {
  readonly options: StartOptions
  readonly config: StartConfig
  readonly context: CliContext
  readonly signals: StopSignals
  readonly stack: LocalStack
  readonly display: Display
  readonly dataDirectory: string
  readonly startedAt: Instant
  /** Lets `status` and `doctor` find this stack. */
  readonly announce: (settings: Readonly<Record<string, string>>) => Promise<void>
}

/** Tables, topics, services and calls on servers that run; gives the exit code. Leaves none of its own processes behind. */
export const runOnStack = async ({ options, config, context, signals, stack, display, dataDirectory, startedAt, announce }: OnStack): Promise<number> => {
  const { env, clock, root } = context
  const allowUnsafeTopics = options.allowUnsafeTopics || config.ROLLCALL_ALLOW_UNSAFE_TOPICS || needsUnsafeTopics(stack, config.KAFKA_BROKERS !== undefined)
  const closing: (() => Promise<void>)[] = []
  const children: Child[] = []
  const failure = new AbortController()
  try {
    await migrate(stack.databaseUrl)
    const pool = createPool({ databaseUrl: stack.databaseUrl, applicationName: 'rollcall-start', max: 2 })
    closing.push(() => pool.end())
    const log = await openEventLog({ kafkaBrokers: stack.kafkaBrokers, embeddedLogUrl: stack.embeddedLogUrl, clientId: 'rollcall-start' })
    closing.push(() => log.close())
    const { problems } = await preflight(log, TOPICS, { allowUnsafeTopics })
    if (problems.length > 0)
      display.line('Topics: one copy on one machine is not safe for real calls, but allowed here (--allow-unsafe-topics); rollcall doctor says what is needed')

    const ports = await choosePorts(env)
    const simulated = config.ROLLCALL_ACCOUNTS_FILE === undefined
    const simulatorDirectory = join(dataDirectory, 'simulator')
    const baseUrl = `http://127.0.0.1:${ports.SIMULATOR_PORT}`
    const accountsFile = config.ROLLCALL_ACCOUNTS_FILE ?? (await writeDemoAccount(simulatorDirectory, { baseUrl, callsPerSecond: options.callsPerSecond })).accountsFile
    const accounts = (await readAccounts(accountsFile)).map(({ sid }) => sid)
    const settings = serviceSettings({ stack, accountsFile, dataDirectory, allowUnsafeTopics, workers: options.workers ?? config.INGEST_WORKERS, ports })
    if (simulated) display.line('No account is configured, so Exotel is simulated: calls, numbers and losses below are made up')

    const onEvent = (event: ChildEvent): void => {
      display.line(tellChildEvent(event))
      if (event.kind === 'given-up')
        failure.abort(new CommandError(`${event.name} does not stay up; its log is in ${join(dataDirectory, 'logs')}`, event.exitCode === EXIT.usage ? EXIT.usage : EXIT.failed))
    }
    const surroundings = { root, env: { ...env, ...settings }, logsDirectory: join(dataDirectory, 'logs'), ports, clock, onEvent }
    const lostCalls = trackLostCalls(DEMO_SID)
    let played = false
    let earlier = NO_EARLIER_PLAYS
    let simulator: SimulatedExotel | null = null
    if (simulated) {
      simulator = startSimulatedExotel(surroundings, {
        ...options,
        directory: simulatorDirectory,
        onMessage: (message) => {
          if (message.type === 'played') played = true
          else if (message.type === 'lost-webhook') lostCalls.note(message.callSid)
          else {
            earlier = message.earlier
            for (const callSid of earlier.lostCallSids) lostCalls.note(callSid)
          }
        },
      })
      children.push(simulator)
      await orStopped(simulator.ready, [signals.stop, failure.signal])
    }
    if (env.KEEPER_KEY_FILES === undefined) {
      const keyFile = join(env.KEEPER_DIR ?? join(dataDirectory, 'keeper'), 'key')
      if ((await createKeyFile(keyFile, 'rollcall.local/audit')) !== null)
        display.line(`A key that signs the audit log was made: ${shortPath(keyFile)}; rollcall key show says what others verify with`)
    }
    const services = startServices(surroundings)
    children.push(...services)
    await orStopped(Promise.all(services.map(({ ready }) => ready)), [signals.stop, failure.signal])
    await announce(settings)
    const record = createRecorder({ log, pool, clock })
    const tell = (type: 'token-created' | 'token-revoked') => tellToken(record, type, { at: clock(), by: ITSELF })
    const { id, token } = await issueToken(pool, { subject: ITSELF, scopes: SCOPES, accounts: null, days: 1, now: clock() }, tell('token-created'))
    closing.push(async () => void (await revokeToken(pool, id, clock(), tell('token-revoked'))))
    const places = placesOf(ports, { simulated, logs: shortPath(join(dataDirectory, 'logs')), token })
    display.line(`Ready in ${durationText(clock() - startedAt)}`)
    if (simulator === null || options.plain || context.screen === null)
      for (const [what, where] of Object.entries(places)) if (where !== null) display.line(`  ${what}: ${[where].flat().join('  ')}`)
    simulator?.play()

    return await watchStack({
      sources: {
        clock,
        startedAt,
        eventLog: stack.choices.find(({ part }) => part === 'event log')?.chose ?? log.description,
        database: stack.choices.find(({ part }) => part === 'database')?.chose ?? '',
        unsafeTopics: problems.length > 0,
        services: () => children.map(({ name, isUp }) => ({ name, up: isUp() })),
        accounts,
        simulatorUrl: simulator?.url ?? null,
        lostCalls,
        earlier: () => earlier,
        log,
        pool,
        places,
      },
      display,
      played: () => played,
      forSeconds: options.forSeconds,
      stop: signals.stop,
      failure: failure.signal,
    })
  } finally {
    display.freeze()
    if (children.length > 0) display.line(signals.stop.aborted ? 'Stopping: no more calls, then every service drains (Ctrl-C again stops at once)' : 'Stopping')
    for (const child of children) await child.stop(signals.force)
    for (const close of closing.reverse()) await close().catch(() => {})
  }
}

const orStopped = async (work: Promise<unknown>, signals: readonly AbortSignal[]): Promise<void> => {
  const any = AbortSignal.any([...signals])
  await Promise.race([
    work,
    new Promise<never>((_, reject) => {
      const stop = () => reject(any.reason)
      if (any.aborted) stop()
      else any.addEventListener('abort', stop, { once: true })
    }),
  ])
}

/** Relative to where the command was called, unless that leads up and away. */
const shortPath = (path: string): string => {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') ? path : short
}
