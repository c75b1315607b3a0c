import { createAgenda } from './agenda.ts'
import type { CallBook } from './calls/call-book.ts'
import type { CallOrder } from './calls/call-order.ts'
import type { CallSource } from './calls/call-source.ts'
import type { LedgerCall, LedgerWebhook, SentWebhook, WebhookOutcome } from './calls/ledger-call.ts'
import { takeBranch, type Writable } from './calls/take-branch.ts'
import type { Instant, SimulatorClock } from './clock/simulator-clock.ts'
import type { LedgerNotice } from './notices/ledger-notice.ts'
import type { NoticeBook } from './notices/notice-book.ts'
import type { NoticeSource } from './notices/notice-source.ts'
import type { ScheduledOutage } from './outages.ts'
import type { SimulatorEvent } from './simulator-event.ts'
import { type WebhookAttempt, type WebhookRequest, webhookRequest } from './webhooks/webhook-request.ts'
import type { WebhookSender } from './webhooks/webhook-sender.ts'
import { ownTarget } from './webhooks/webhook-target.ts'

/** Webhooks of calls that the API or a user made, waiting for their time. */
const ORDERED_WAITING_MAX = 10_000

interface Todo {
  readonly webhook: Writable<SentWebhook>
  readonly duplicate: boolean
  readonly about: { readonly call: LedgerCall; readonly webhook: LedgerWebhook } | { readonly notice: LedgerNotice }
}

type Settled = Exclude<WebhookOutcome, 'pending'>

interface PlayCounts {
  callsBegun: number
  webhooksExpected: number
  readonly outcomes: Record<Settled, number>
  duplicatesDelivered: number
  noticesDue: number
  noticesDelivered: number
}

export interface CallPlayer {
  /** Puts every call that has begun by now into the book, so that the API shows it even while the sender is busy. */
  beginDueCalls(): void
  /** Makes the calls as their times come and sends their webhooks; returns when the last one is settled, or soon after the signal aborts. */
  play(): Promise<void>
  /** Makes a call now, whether or not a play is on. `settled` resolves when its first webhook is; null: it has none. Null: too many are waiting. */
  order(order: Omit<CallOrder, 'path'>): { readonly call: LedgerCall; readonly settled: Promise<void> | null } | null
  /** Resolves when every ordered call's webhooks are settled. */
  idle(): Promise<void>
  counts(): PlayCounts
}

export interface CallPlayerOptions {
  readonly account: string
  readonly source: CallSource
  readonly notices: NoticeSource
  readonly book: CallBook
  readonly noticeBook: NoticeBook
  readonly noticeRequest: (notice: LedgerNotice) => WebhookRequest
  readonly sender: WebhookSender
  /** The outage of webhooks that is in force; null: none. */
  readonly outage: (now: Instant) => (ScheduledOutage & { readonly of: 'webhooks' }) | null
  readonly clock: SimulatorClock
  readonly signal: AbortSignal
  readonly onEvent: (event: SimulatorEvent) => void
}

export const createCallPlayer = (options: CallPlayerOptions): CallPlayer => {
  const { account, source, notices, book, noticeBook, noticeRequest, sender, outage, clock, signal, onEvent } = options
  const agenda = createAgenda<Todo>()
  const counts: PlayCounts = {
    callsBegun: 0,
    webhooksExpected: 0,
    outcomes: { delivered: 0, refused: 0, 'dropped-on-purpose': 0, 'given-up': 0 },
    duplicatesDelivered: 0,
    noticesDue: 0,
    noticesDelivered: 0,
  }
  const waiting = new Set<Promise<void>>()
  // Notices have no end of their own: they go on while calls are to come, or webhooks about them.
  let callTodos = 0
  const addTodo = (at: Instant, todo: Todo) => {
    if ('call' in todo.about) callTodos++
    agenda.add(at, todo)
  }
  const takeTodo = (): Todo => {
    const todo = agenda.take() as Todo
    if ('call' in todo.about) callTodos--
    return todo
  }
  const nextNoticeAt = (): Instant | null => (source.nextAt() === null && callTodos === 0 ? null : notices.nextAt())

  // A send runs beside the loop; what its listener throws must end the play, not vanish.
  let failure: { readonly error: unknown } | null = null

  const begin = (call: LedgerCall, schedule: (at: Instant, todo: Todo) => void) => {
    book.add(call)
    counts.callsBegun++
    for (const webhook of call.webhooks) {
      counts.webhooksExpected++
      for (const todo of todosOf(webhook, { call, webhook })) schedule(todo.duplicate ? (webhook.duplicateDueAt as Instant) : webhook.dueAt, todo)
    }
    onEvent({ type: 'call-began', at: call.visible.begunAt, account, callSid: call.callSid, kind: call.kind })
  }

  const beginDueCalls = () => {
    for (let at = source.nextAt(); at !== null && at <= clock.now(); at = source.nextAt()) begin(source.take(), addTodo)
  }

  const beginDueNotices = () => {
    for (let at = nextNoticeAt(); at !== null && at <= clock.now(); at = nextNoticeAt()) {
      const notice = notices.take()
      noticeBook.add(notice)
      counts.noticesDue++
      for (const todo of todosOf(notice.webhook, { notice })) addTodo(todo.duplicate ? (notice.webhook.duplicateDueAt as Instant) : notice.webhook.dueAt, todo)
    }
  }

  const settle = ({ webhook, duplicate, about }: Todo, outcome: Settled) => {
    const told = { at: clock.now(), account, outcome, duplicate }
    if (duplicate) webhook.duplicateOutcome = outcome
    else webhook.outcome = outcome
    if ('notice' in about) {
      if (outcome === 'delivered' && !duplicate) counts.noticesDelivered++
      onEvent({ type: 'notice-settled', event: about.notice.webhook.event, ...told })
      return
    }
    if (!duplicate) counts.outcomes[outcome]++
    else if (outcome === 'delivered') counts.duplicatesDelivered++
    onEvent({ type: 'webhook-settled', callSid: about.call.callSid, event: about.webhook.event, ...told })
  }

  const send = async (todo: Todo): Promise<void> => {
    const { webhook, duplicate, about } = todo
    const delivery = await sender.send({
      request: 'notice' in about ? () => noticeRequest(about.notice) : requestOf(about.call, about.webhook),
      target: 'notice' in about || about.call.callbackUrl === null ? null : ownTarget(about.call.callbackUrl),
      probe: probeOf(webhook, duplicate),
    })
    if (delivery === null) return
    const { outcome, ...fate } = delivery
    if (!duplicate) Object.assign(webhook, fate)
    if ('call' in about && about.webhook.sync && !duplicate) takeBranch(about.call, delivery.httpStatus, clock.now())
    settle(todo, outcome)
  }

  /** What is due now: settled unsent, held back, or on its way (then the promise of its end). */
  const dispatch = (todo: Todo, hold: (at: Instant, todo: Todo) => void): Promise<void> | null => {
    const { webhook } = todo
    if (webhook.faults.includes('drop')) {
      settle(todo, 'dropped-on-purpose')
      return null
    }
    const down = outage(clock.now())
    if (down === null) return send(todo)
    if (!webhook.faults.includes('outage')) webhook.faults = [...webhook.faults, 'outage']
    if (down.as === 'held') hold(down.to, todo)
    else settle(todo, 'dropped-on-purpose')
    return null
  }

  const sendDueWebhooks = async (): Promise<void> => {
    for (let at = agenda.nextAt(); at !== null && at <= clock.now() && !signal.aborted; at = agenda.nextAt()) {
      await sender.ready()
      dispatch(takeTodo(), addTodo)?.catch((error: unknown) => {
        failure ??= { error }
      })
    }
  }

  const sendInTime = async (at: Instant, todo: Todo): Promise<void> => {
    let [due, held] = [at, true]
    while (held && !signal.aborted) {
      await clock.sleepUntil(due, signal)
      if (signal.aborted) return
      await sender.ready()
      held = false
      await dispatch(todo, (until) => {
        ;[due, held] = [until, true]
      })
    }
  }

  return {
    beginDueCalls,
    async play() {
      while (!signal.aborted && failure === null) {
        beginDueCalls()
        beginDueNotices()
        await sendDueWebhooks()
        const times = [source.nextAt(), agenda.nextAt(), nextNoticeAt()].filter((at) => at !== null)
        if (times.length === 0) break
        await clock.sleepUntil(Math.min(...times), signal)
      }
      await sender.idle()
      if (failure !== null) throw (failure as { readonly error: unknown }).error
    },
    order(order) {
      if (waiting.size >= ORDERED_WAITING_MAX) return null
      beginDueCalls()
      const call = source.order(clock.now(), order)
      const first: { settled: Promise<void> | null } = { settled: null }
      begin(call, (at, todo) => {
        const sending = sendInTime(at, todo).catch((error: unknown) => {
          failure ??= { error }
        })
        waiting.add(sending)
        first.settled ??= sending
        sending.finally(() => waiting.delete(sending)).catch(() => {})
      })
      return { call, settled: first.settled }
    },
    async idle() {
      while (waiting.size > 0) await Promise.all(waiting)
    },
    counts: () => counts,
  }
}

const todosOf = (webhook: Writable<SentWebhook>, about: Todo['about']): Todo[] => [
  { webhook, about, duplicate: false },
  ...(webhook.duplicateDueAt === null ? [] : [{ webhook, about, duplicate: true }]),
]

/** Told when it is sent, for a sync Passthru's answer may have changed how the call goes. A retry is told as the first attempt was. */
const requestOf = (call: LedgerCall, webhook: LedgerWebhook) => {
  const told = { ...call }
  return (attempt: WebhookAttempt): WebhookRequest => webhookRequest(told, webhook, attempt)
}

const probeOf = ({ faults, encoding }: SentWebhook, duplicate: boolean) => (faults.includes('probe') && !duplicate ? (encoding === 'json' ? 'HEAD' : 'GET') : null)
