import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { against, aRow, FROM, json } from '../testing/client-against.ts'
import type { Answering } from '../testing/fake-exotel.ts'
import { formatVendorTime } from '../words/vendor-time.ts'
import type { ListFeatures } from './list-features.ts'

const RANGE = { from: FROM, to: FROM + 5 * MINUTE }
const CALL = aRow('a', 7, { Duration: 17, RecordingUrl: 'https://recordings.example/a.mp3' })

interface Account {
  /** What the list does with each parameter. */
  readonly details?: 'taken' | 'ignored' | 'refused'
  readonly duration?: 'taken' | 'ignored' | 'refused' | 'hides everything'
  readonly recordingUrlValidity?: 'taken' | 'ignored' | 'refused'
  readonly call?: object
}

const refuse = { RestException: { Status: 400, Message: 'Invalid parameter' } }

const list =
  ({ details = 'ignored', duration = 'ignored', recordingUrlValidity = 'ignored', call = CALL }: Account): Answering =>
  (request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const asks = (name: string) => searchParams.has(name)
    if ((asks('details') && details === 'refused') || (asks('Duration') && duration === 'refused') || (asks('RecordingUrlValidity') && recordingUrlValidity === 'refused'))
      return json(response, refuse, 400)
    const least = Number(/gte:(\d+)s/.exec(searchParams.get('Duration') ?? '')?.[1] ?? 0)
    const isHidden = asks('Duration') && (duration === 'hides everything' || (duration === 'taken' && 17 < least))
    const shown = {
      ...call,
      ...(asks('details') && details === 'taken' ? { Details: { ConversationDuration: 12 } } : {}),
      ...(asks('RecordingUrlValidity') && recordingUrlValidity === 'taken' ? { PreSignedRecordingUrl: 'https://recordings.example/a.mp3?signature=x' } : {}),
    }
    return json(response, { Metadata: {}, Calls: isHidden ? [] : [aRow('other', 7), shown] })
  }

const ask = async (account: Account, known: ListFeatures = {}) => {
  const { client, exotel } = await against(list(account))
  const scan = await client.scan(RANGE)
  if (scan.kind !== 'complete') throw new Error(scan.reason)
  return { exotel, asked: await client.askListFeatures(scan.rows, known) }
}

describe('what an account’s list takes', () => {
  it.each<[string, Account, ListFeatures]>([
    ['all of it', { details: 'taken', duration: 'taken', recordingUrlValidity: 'taken' }, { details: true, duration: true, recordingUrlValidity: true }],
    ['nothing: it ignores what it does not know', {}, { details: false, duration: false, recordingUrlValidity: false }],
    ['nothing: it refuses it', { details: 'refused', duration: 'refused', recordingUrlValidity: 'refused' }, { details: false, duration: false, recordingUrlValidity: false }],
    ['a filter that hides what it must show, which is none', { duration: 'hides everything' }, { details: false, duration: false, recordingUrlValidity: false }],
    ['as far as a call without duration and recording can tell', { details: 'taken', call: aRow('a', 7) }, { details: true }],
  ])('%s', async (_, account, features) => expect((await ask(account)).asked.features).toEqual(features))

  it('is asked of the call itself, and only where it is not known', async () => {
    const { exotel, asked } = await ask({ duration: 'taken' }, { details: true, recordingUrlValidity: false })
    expect(asked).toEqual({ features: { details: true, duration: true, recordingUrlValidity: false }, requests: 2 })
    const created = `gte:${formatVendorTime(FROM + 5 * SECOND, INDIA_UTC_OFFSET_MINUTES)};lte:${formatVendorTime(FROM + 10 * SECOND, INDIA_UTC_OFFSET_MINUTES)}`
    const asks = exotel.requests.slice(1).map((path) => Object.fromEntries(new URL(path, 'http://127.0.0.1').searchParams))
    expect(asks).toEqual(['gte:18s', 'gte:17s'].map((Duration) => ({ DateCreated: created, SortBy: 'DateCreated:asc', PageSize: '100', Sid: 'a', Duration })))
  })

  it('stays unknown where the question was not answered, and what was learnt before is kept', async () => {
    const { client } = await against((request, response, nth) => (nth > 1 ? json(response, '', 503) : list({ details: 'taken' })(request, response, nth)))
    const scan = await client.scan(RANGE)
    expect(await client.askListFeatures(scan.kind === 'complete' ? scan.rows : [], {})).toEqual({ features: { details: true }, requests: 4 })
  })

  it('is used when told to: every page is asked for with details, and rows have them', async () => {
    const { client, exotel } = await against(list({ details: 'taken' }))
    const scan = await client.scan(RANGE, { details: true })
    expect(scan.kind === 'complete' && scan.rows.map((row) => row.facts.values.conversationSeconds)).toEqual(['12', undefined])
    expect(exotel.requests[0]).toContain('&details=true')
  })
})
