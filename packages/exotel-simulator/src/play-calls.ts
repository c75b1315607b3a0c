import { createAgenda } from './agenda.ts'
import type { CallBook } from './calls/call-book.ts'
import type { CallSource } from './calls/call-source.ts'
import type { LedgerCall, LedgerWebhook, SentWebhook, WebhookOutcome } from './calls/ledger-call.ts'
import { takeBranch, type Writable } from './calls/take-branch.ts'
import type { SimulatorClock } from './clock/simulator-clock.ts'
import type { SimulatorEvent } from './simulator-event.ts'
import { type WebhookAttempt, type WebhookRequest, webhookRequest } from './webhooks/webhook-request.ts'
import type { WebhookSender } from './webhooks/webhook-sender.ts'
import { ownTarget } from './webhooks/webhook-target.ts'

interface Todo {
  readonly call: LedgerCall
  readonly webhook: Writable<LedgerWebhook>
  readonly duplicate: boolean
}

type Settled = Exclude<WebhookOutcome, 'pending'>

interface PlayCounts {
  callsBegun: number
  webhooksExpected: number
  readonly outcomes: Record<Settled, number>
  duplicatesDelivered: number
}

export interface CallPlayer {
  /** Puts every call that has begun by now into the book, so that the API shows it even while the sender is busy. */
  beginDueCalls(): void
  /** Makes the calls as their times come and sends their webhooks; returns when the last one is settled, or soon after the signal aborts. */
  play(): Promise<void>
  counts(): PlayCounts
}

export interface CallPlayerOptions {
  readonly source: CallSource
  readonly book: CallBook
  readonly sender: WebhookSender
  readonly clock: SimulatorClock
  readonly signal: AbortSignal
  readonly onEvent: (event: SimulatorEvent) => void
}

export const createCallPlayer = ({ source, book, sender, clock, signal, onEvent }: CallPlayerOptions): CallPlayer => {
  const agenda = createAgenda<Todo>()
  const counts: PlayCounts = {
    callsBegun: 0,
    webhooksExpected: 0,
    outcomes: { delivered: 0, refused: 0, 'dropped-on-purpose': 0, 'given-up': 0 },
    duplicatesDelivered: 0,
  }

  // A send runs beside the loop; what its listener throws must end the play, not vanish.
  let failure: { readonly error: unknown } | null = null

  const beginDueCalls = () => {
    for (let at = source.nextAt(); at !== null && at <= clock.now(); at = source.nextAt()) {
      const call = source.take()
      book.add(call)
      counts.callsBegun++
      for (const webhook of call.webhooks) {
        counts.webhooksExpected++
        agenda.add(webhook.dueAt, { call, webhook, duplicate: false })
        if (webhook.duplicateDueAt !== null) agenda.add(webhook.duplicateDueAt, { call, webhook, duplicate: true })
      }
      onEvent({ type: 'call-began', at, callSid: call.callSid, kind: call.kind })
    }
  }

  const settle = ({ call, webhook, duplicate }: Todo, outcome: Settled) => {
    if (duplicate) {
      webhook.duplicateOutcome = outcome
      if (outcome === 'delivered') counts.duplicatesDelivered++
    } else {
      webhook.outcome = outcome
      counts.outcomes[outcome]++
    }
    onEvent({ type: 'webhook-settled', at: clock.now(), callSid: call.callSid, event: webhook.event, outcome, duplicate })
  }

  const send = async (todo: Todo): Promise<void> => {
    const { call, webhook, duplicate } = todo
    const delivery = await sender.send({
      request: requestOf(call, webhook),
      target: call.callbackUrl === null ? null : ownTarget(call.callbackUrl),
      probe: probeOf(webhook, duplicate),
    })
    if (delivery === null) return
    const { outcome, ...fate } = delivery
    if (!duplicate) Object.assign(webhook, fate)
    if (webhook.sync && !duplicate) takeBranch(call, delivery.httpStatus, clock.now())
    settle(todo, outcome)
  }

  const sendDueWebhooks = async (): Promise<void> => {
    for (let at = agenda.nextAt(); at !== null && at <= clock.now() && !signal.aborted; at = agenda.nextAt()) {
      const todo = agenda.take() as Todo
      if (todo.webhook.faults.includes('drop')) settle(todo, 'dropped-on-purpose')
      else {
        await sender.ready()
        send(todo).catch((error: unknown) => {
          failure ??= { error }
        })
      }
    }
  }

  return {
    beginDueCalls,
    async play() {
      while (!signal.aborted && failure === null) {
        beginDueCalls()
        await sendDueWebhooks()
        const times = [source.nextAt(), agenda.nextAt()].filter((at) => at !== null)
        if (times.length === 0) break
        await clock.sleepUntil(Math.min(...times), signal)
      }
      await sender.idle()
      if (failure !== null) throw (failure as { readonly error: unknown }).error
    },
    counts: () => counts,
  }
}

/** Told when it is sent, for a sync Passthru's answer may have changed how the call goes. A retry is told as the first attempt was. */
const requestOf = (call: LedgerCall, webhook: LedgerWebhook) => {
  const told = { ...call }
  return (attempt: WebhookAttempt): WebhookRequest => webhookRequest(told, webhook, attempt)
}

const probeOf = ({ faults, encoding }: SentWebhook, duplicate: boolean) => (faults.includes('probe') && !duplicate ? (encoding === 'json' ? 'HEAD' : 'GET') : null)
