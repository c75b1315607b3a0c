import { describe, expect, it } from 'vitest'
import { takeToken } from './take-token.ts'

const open = (hash: string) => {
  const replaced: unknown[] = []
  const token = takeToken({ hash, pathname: '/audit/', search: '' }, { replaceState: (_, __, address) => replaced.push(address) })
  return { token, replaced }
}

describe('a link that signs in', () => {
  it('loses its token from the address at once, and leads where it says', () => {
    expect(open('#token=a%2Bb&to=%2Facme%2Fruns')).toEqual({ token: 'a+b', replaced: ['/audit/#/acme/runs'] })
    expect(open('#token=secret')).toEqual({ token: 'secret', replaced: ['/audit/#/'] })
  })

  it('leads nowhere else', () => expect(open('#token=x&to=https%3A%2F%2Felsewhere.example').replaced).toEqual(['/audit/#/']))

  it('is no other link', () => expect(open('#/acme/day/2026-01-01')).toEqual({ token: null, replaced: [] }))
})
