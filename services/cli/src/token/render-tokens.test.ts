import { expect, it } from 'vitest'
import { renderTokens } from './render-tokens.ts'

const NOW = Date.UTC(2026, 0, 31)
const token = { id: '4f2a91c0', subject: 'Asha\u001b[31m', scopes: ['audit:read'], accounts: ['acme'], createdAt: NOW, expiresAt: NOW + 1, revokedAt: null }

it('tokens are told with what they allow, and until when', () =>
  expect(renderTokens([token, { ...token, accounts: null, expiresAt: NOW }, { ...token, revokedAt: NOW }], NOW).map((line) => line.replaceAll('\u001b', 'ESC'))).toEqual([
    '4f2a91c0  until 2026-01-31T00:00:00.001Z  acme  audit:read  Asha\\u{1b}[31m',
    '4f2a91c0  expired 2026-01-31T00:00:00.000Z  all accounts  audit:read  Asha\\u{1b}[31m',
    '4f2a91c0  revoked 2026-01-31T00:00:00.000Z  acme  audit:read  Asha\\u{1b}[31m',
  ]))
it('none is told as none', () => expect(renderTokens([], NOW)).toEqual(['There is no token. rollcall token create makes one.']))
