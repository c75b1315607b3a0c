import { describe, expect, it } from 'vitest'
import { sessionCookie } from './session-cookie.ts'

describe('the cookie of the page', () => {
  it('is read by no script, sent by no other site, and ends with its token', () =>
    expect(sessionCookie('t', false, 59.9)).toBe('rollcall_token=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=59'))

  it('is for https alone where it has to be', () => expect(sessionCookie('t', true, 60)).toBe('rollcall_token=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure'))

  it('of a token that is over is over', () => expect(sessionCookie('t', false, -1)).toContain('Max-Age=0'))
})
