import { AUDIT_ROUTES } from '@rollcall/contracts/audit-api/routes'
import { describe, expect, it } from 'vitest'
import { type AskedRoute, addressOf, PATHS } from './paths.ts'

describe('the paths', () => {
  it.each(Object.keys(PATHS) as AskedRoute[])('%s is as in the contract', (name) => expect(PATHS[name]).toBe(`${AUDIT_ROUTES[name].method} ${AUDIT_ROUTES[name].path}`))

  it('escape what stands in them, and leave out what is not asked', () =>
    expect(addressOf('call', { params: { account: 'a-1', callSid: '../x?y=#z' }, query: { asOf: null, more: '', cursor: 'a&b' } })).toBe(
      './v1/accounts/a-1/calls/..%2Fx%3Fy%3D%23z?cursor=a%26b',
    ))
})
