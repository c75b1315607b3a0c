/** The load generator: a process of its own, outside the system, that numbers every webhook and keeps a book of what it was answered. */
import { createWriteStream } from 'node:fs'
import { createRandom } from '@rollcall/exotel-simulator/random'
import { type BookEntry, LoadMessage, LoadOrder } from './book.ts'
import { planWebhooks } from './plan-webhooks.ts'
import { createSender } from './send-as-exotel.ts'

const TICK_MS = 20
const UNDER_WAY_MAX = 4_000
const RETRIES = [0, 2] as const
const RETRIES_STREAM = 78

const order = LoadOrder.parse(JSON.parse(process.argv[2] ?? '{}'))
const webhooks = planWebhooks(order.seed, order.account, order.beginAt)
const random = createRandom(order.seed, RETRIES_STREAM)
const sender = createSender()
const book = createWriteStream(order.bookFile, { flags: 'a' })
let perSecond = 0
let owed = 0
let underWay = 0
let number = 0
const idleAsked: number[] = []

const sayIdle = (): void => {
  if (underWay > 0 || idleAsked.length === 0) return
  // Everything before is with the system once this has been written.
  book.write('', () => {
    for (const idle of idleAsked.splice(0)) process.send?.({ idle })
  })
}

const sendNext = async (): Promise<void> => {
  const webhook = webhooks.next().value
  const mine = number
  number += 1
  underWay += 1
  const [sentAt, began] = [Date.now(), performance.now()]
  // Where a balancer would spread them, every other one goes to the second host first.
  const urls = mine % 2 === 0 ? order.urls : [...order.urls].reverse()
  const { acknowledged, answers } = await sender.send(webhook, urls, RETRIES[random.integer(0, 1)] ?? 0)
  const { callSid, identity, told } = webhook
  const entry: BookEntry = {
    number: mine,
    callSid,
    identity,
    told,
    sentAt,
    outcome: acknowledged ? 'acknowledged' : 'given-up',
    answers,
    tookMs: Math.round(performance.now() - began),
  }
  book.write(`${JSON.stringify(entry)}\n`)
  underWay -= 1
  sayIdle()
}

let ticked = performance.now()
setInterval(() => {
  const now = performance.now()
  owed = Math.min(owed + (perSecond * (now - ticked)) / 1_000, perSecond)
  ticked = now
  for (; owed >= 1 && underWay < UNDER_WAY_MAX; owed -= 1) void sendNext()
}, TICK_MS)

process.on('message', (message) => {
  const told = LoadMessage.parse(message)
  if ('perSecond' in told) perSecond = told.perSecond
  else {
    idleAsked.push(told.sayWhenIdle)
    sayIdle()
  }
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
