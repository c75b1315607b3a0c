import { expect, it } from 'vitest'
import { needsSecureCookies } from './needs-secure-cookies.ts'

it.each([
  ['127.0.0.1', undefined, false],
  ['127.8.0.1', undefined, false],
  ['localhost', undefined, false],
  ['::1', undefined, false],
  ['0.0.0.0', undefined, true],
  ['::', undefined, true],
  ['127.0.0.1.example', undefined, true],
  ['10.1.2.3', undefined, true],
  ['127.0.0.1', 'https://audit.example', true],
  ['127.0.0.1', 'http://127.0.0.1:8090', false],
  ['10.1.2.3', 'http://10.1.2.3:8090', false],
])('listening on %s, and opened as %s, the cookie is for https alone: %s', (AUDIT_HOST, AUDIT_PUBLIC_URL, secure) =>
  expect(needsSecureCookies({ AUDIT_HOST, AUDIT_PUBLIC_URL })).toBe(secure),
)
