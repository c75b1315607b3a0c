import type { ServerResponse } from 'node:http'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { SECOND } from '@rollcall/domain/time'
import { afterEach } from 'vitest'
import { createExotelClient, type ExotelClientOptions } from '../client/exotel-client.ts'
import { createRequestBudget } from '../client/request-budget.ts'
import type { Exchange } from '../client/requester.ts'
import { formatVendorTime } from '../words/vendor-time.ts'
import { type Answering, type FakeExotel, startFakeExotel } from './fake-exotel.ts'
import { virtualTime } from './virtual-time.ts'

/** When the five minutes that tests scan begin. */
export const FROM = Date.parse('2026-11-23T18:30:00Z')
/** What `against` authenticates with. */
export const BASIC = `Basic ${Buffer.from('the-key:the-token').toString('base64')}`

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

/** A client of account `acme` and the server it talks to. Waiting costs no time; sockets and timeouts are real. Both are closed after the test. */
export const against = async (answering: Answering, options: Partial<ExotelClientOptions> = {}, tls?: { key: string; cert: string }) => {
  const exotel: FakeExotel = await startFakeExotel(answering, tls)
  const time = virtualTime(FROM)
  const exchanges: Exchange[] = []
  const budget = createRequestBudget({ ratePerMinute: 10_000, ...time })
  const client = createExotelClient({
    account: 'acme',
    baseUrl: exotel.url,
    apiKey: 'the-key',
    apiToken: 'the-token',
    budget,
    ...time,
    random: () => 0.5,
    attemptsMax: 3,
    onExchange: (exchange) => exchanges.push(exchange),
    ...options,
  })
  open.push(exotel, client)
  return { exotel, client, budget, exchanges, ...time }
}

export const json = (response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof value === 'string' ? value : JSON.stringify(value))

/** A row of the list, created so many seconds after FROM. */
export const aRow = (sid: string, second: number, more: Record<string, unknown> = {}) => ({
  Sid: sid,
  AccountSid: 'acme',
  DateCreated: formatVendorTime(FROM + second * SECOND, INDIA_UTC_OFFSET_MINUTES),
  DateUpdated: formatVendorTime(FROM + (second + 60) * SECOND, INDIA_UTC_OFFSET_MINUTES),
  Status: 'completed',
  ...more,
})

/** Pages that lead to each other by cursor. */
export const pages =
  (...list: { readonly rows: readonly unknown[]; readonly next?: unknown }[]): Answering =>
  (request, response) => {
    const nth = Number(/After=(\d+)/.exec(request.url ?? '')?.[1] ?? 0)
    const page = list[nth] ?? { rows: [] }
    const next = 'next' in page ? page.next : nth + 1 < list.length ? `/v1/Accounts/acme/Calls.json?After=${nth + 1}` : null
    json(response, { Metadata: { Total: 9, PageSize: 2, NextPageUri: next }, Calls: page.rows })
  }
