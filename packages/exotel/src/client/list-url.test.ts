import { describe, expect, it } from 'vitest'
import { listUrl, nextPage, widened } from './list-url.ts'

const range = { from: Date.parse('2026-11-23T18:30:00Z'), to: Date.parse('2026-11-23T18:35:00Z') }

describe('the list for a window', () => {
  it('asks in IST, two seconds wider on each side, in order of creation', () => {
    const url = listUrl('https://api.in.exotel.com/', 'acme', range, { utcOffsetMinutes: 330, pageSize: 100 })
    expect(url.origin + url.pathname).toBe('https://api.in.exotel.com/v1/Accounts/acme/Calls.json')
    expect(Object.fromEntries(url.searchParams)).toEqual({ DateCreated: 'gte:2026-11-23 23:59:58;lte:2026-11-24 00:05:02', SortBy: 'DateCreated:asc', PageSize: '100' })
  })

  it('asks for details, and for calls of a length, where it is told to', () => {
    const of = (durationAtLeastSeconds: number | null) =>
      listUrl('https://api.in.exotel.com', 'acme', range, { utcOffsetMinutes: 330, pageSize: 100, details: true, durationAtLeastSeconds }).searchParams
    expect([of(420).get('Duration'), of(420).get('details'), of(null).has('Duration')]).toEqual(['gte:420s', 'true', false])
  })

  it('asks for whole seconds that cover a range that has none', () => expect(widened({ from: 10_001, to: 20_001 })).toEqual({ from: 8_000, to: 23_000 }))
})

describe('the next page', () => {
  const current = new URL('https://api.in.exotel.com/v1/Accounts/acme/Calls.json?PageSize=100')
  const followed = 'https://api.in.exotel.com/v1/Accounts/acme/Calls.json?After=xyz'

  it.each([
    ['relative', '/v1/Accounts/acme/Calls.json?After=xyz'],
    ['absolute', 'https://api.in.exotel.com/v1/Accounts/acme/Calls.json?After=xyz'],
    ['a query alone', '?After=xyz'],
    ['another spelling of the account', '/v1/accounts/Acme/calls.json?After=xyz'],
    ['without .json, which would be XML', '/v1/Accounts/acme/Calls?After=xyz'],
  ])('is followed where it is %s', (_, next) => expect(nextPage(next, current)).toEqual({ url: new URL(followed) }))

  it('stays below the path of a base URL that Exotel does not know of', () =>
    expect(nextPage('/v1/Accounts/acme/Calls.json?After=xyz', new URL('https://proxy.example/exotel/v1/Accounts/acme/Calls.json?PageSize=100'))).toEqual({
      url: new URL('https://proxy.example/exotel/v1/Accounts/acme/Calls.json?After=xyz'),
    }))

  it.each([
    'https://evil.example/v1',
    '//evil.example/v1',
    'http://api.in.exotel.com/v1',
    'https://api.in.exotel.com:8443/v1',
    'https://user:pw@api.in.exotel.com/v1',
    'file:///etc/passwd',
    'http://[',
    '\\\\evil.example/x',
  ])('is never fetched from elsewhere: %s', (next) => expect(nextPage(next, current)).toEqual({ refused: 'NextPageUri leads to another host' }))

  it.each(['/v1/Accounts/mallory/Calls.json?After=xyz', '/v1/Accounts/acme/Calls/abc.json', '/v1/Accounts/acme/../mallory/Calls.json', '/Calls.json?After=xyz', '/'])(
    'is never another list: %s',
    (next) => expect(nextPage(next, current)).toEqual({ refused: 'NextPageUri leads to something other than this list' }),
  )
})
