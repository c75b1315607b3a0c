import { describe, expect, it } from 'vitest'
import { against, aRow, json, pages } from '../testing/client-against.ts'
import { SIDS_PER_REQUEST_MAX } from './list-by-sid.ts'

describe('calls asked for by Sid', () => {
  it('are asked for in one request, without a time, and those that the list does not show are just not there', async () => {
    const { client, exotel } = await against(pages({ rows: [aRow('b', 9, { RecordingUrl: 'https://recordings.example.com/b.mp3' }), aRow('a', 1)] }))
    const read = await client.listBySid(['a', 'b', 'running'])
    expect(read).toMatchObject({ kind: 'complete', requests: 1, rows: [{ callSid: 'b', facts: { source: 'poll' } }, { callSid: 'a' }] })
    expect(exotel.requests).toEqual(['/v1/Accounts/acme/Calls.json?Sid=a%2Cb%2Crunning&PageSize=100'])
  })

  it('have their details where the account’s list takes that', async () => {
    const { client, exotel } = await against(pages({ rows: [] }))
    await client.listBySid(['a'], { details: true })
    expect(exotel.requests[0]).toContain('&details=true')
  })

  it('are read to the last page, each call once', async () => {
    const { client } = await against(pages({ rows: [aRow('a', 1)] }, { rows: [aRow('b', 2), aRow('a', 1)] }))
    expect(await client.listBySid(['a', 'b'])).toMatchObject({ kind: 'complete', requests: 2, rows: [{ callSid: 'a' }, { callSid: 'b' }] })
  })

  it('are complete or nothing: one row of another call, and the list took no notice of the Sids', async () => {
    const { client } = await against(pages({ rows: [aRow('a', 1), aRow('z', 2)] }))
    expect(await client.listBySid(['a', 'b'])).toMatchObject({ kind: 'incomplete', error: null, reason: 'a row is not of a call that was asked for' })
  })

  it('are complete or nothing: a page that is not answered', async () => {
    const { client } = await against((request, response) =>
      request.url?.includes('After=') === true
        ? json(response, { RestException: { Status: 403, Message: 'no' } }, 403)
        : json(response, { Metadata: { NextPageUri: '/v1/Accounts/acme/Calls.json?After=1' }, Calls: [aRow('a', 1)] }),
    )
    expect(await client.listBySid(['a', 'b'])).toMatchObject({ kind: 'incomplete', error: { kind: 'forbidden' }, requests: 2 })
  })

  it('are as many as Exotel takes, and not none', async () => {
    const { client, exotel } = await against(pages({ rows: [] }))
    const sids = Array.from({ length: SIDS_PER_REQUEST_MAX + 1 }, (_, nth) => `c${nth}`)
    await expect(client.listBySid(sids)).rejects.toThrow('1 to 100 Sids')
    await expect(client.listBySid([])).rejects.toThrow('1 to 100 Sids')
    expect(exotel.requests).toEqual([])
    expect(await client.listBySid(sids.slice(1))).toMatchObject({ kind: 'complete' })
  })
})
