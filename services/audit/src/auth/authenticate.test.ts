import { TOKEN_PREFIX } from '@rollcall/store/audit/issue-token'
import { beforeEach, describe, expect, it } from 'vitest'
import { QuestionError } from '../question-error.ts'
import { type Authenticate, createAuthenticate } from './authenticate.ts'
import { createFailureLimit, FAILURES_PER_MINUTE_MAX } from './failure-limit.ts'
import { createKnownTokens, KNOWN_TOKENS_MAX } from './known-tokens.ts'
import type { Principal } from './principal.ts'

const PRINCIPAL: Principal = { subject: 'asha', scopes: new Set(), accounts: null, expiresAt: Number.POSITIVE_INFINITY }
const PROXY = '10.0.0.1'
const ours = (name: string): string => `${TOKEN_PREFIX}${name}`

let now: number
let right: Set<string>
let lookedUp: string[]
let authenticate: Authenticate
beforeEach(() => {
  now = 0
  right = new Set([ours('right'), ours('other')])
  lookedUp = []
  const check = async (token: string): Promise<Principal> => {
    lookedUp.push(token)
    if (right.has(token)) return PRINCIPAL
    throw new QuestionError('unauthenticated', 'The token is not one of ours.')
  }
  authenticate = createAuthenticate({
    staticToken: check,
    jwt: async (token) => {
      if (token === 'a.right.jwt') return PRINCIPAL
      throw new QuestionError('unauthenticated', 'The token is not one of ours.')
    },
    failures: createFailureLimit(() => now),
  })
})
/** What comes of asking with a token: the kind of the error, or who it is. */
const ask = (token: string, address = PROXY): Promise<string> =>
  authenticate({ method: 'GET', headers: { authorization: `Bearer ${token}` }, address }).then(
    ({ principal }) => principal.subject,
    (error: unknown) => (error as QuestionError).kind,
  )
const fail = async (): Promise<void> => {
  for (let nth = 0; nth < FAILURES_PER_MINUTE_MAX; nth += 1) expect(await ask(ours(`wrong-${nth}`))).toBe('unauthenticated')
  lookedUp.length = 0
}

describe('an address that sent too many wrong tokens', () => {
  it('is held off, and what it sends is looked up no more', async () => {
    await fail()
    expect(await ask(ours('one-more'))).toBe('too-many-requests')
    expect(await ask(ours('right'))).toBe('too-many-requests')
    expect(lookedUp).toEqual([])
  })

  it('is still that of whoever was let in before, whose token is looked up as ever', async () => {
    await ask(ours('right'))
    await fail()
    expect(await ask(ours('right'))).toBe('asha')
    expect(lookedUp).toEqual([ours('right')])
  })

  it('is held off with a token that was right once and is revoked, which is looked up once more and not again', async () => {
    await ask(ours('right'))
    await fail()
    right.delete(ours('right'))
    expect([await ask(ours('right')), await ask(ours('right')), await ask(ours('right'))]).toEqual(Array.from({ length: 3 }, () => 'too-many-requests'))
    expect(lookedUp).toEqual([ours('right')])
  })

  it('may ask with a JWT, which its signature tells', async () => {
    await fail()
    expect([await ask('a.right.jwt'), await ask('a.wrong.jwt'), await ask('nothing')]).toEqual(['asha', 'too-many-requests', 'too-many-requests'])
  })

  it('may ask again in the next minute, and others at once', async () => {
    await fail()
    expect(await ask(ours('other'), '10.0.0.2')).toBe('asha')
    now += 60_000
    expect([await ask(ours('right')), await ask(ours('wrong'))]).toEqual(['asha', 'unauthenticated'])
  })
})

it('holds so many known tokens, and of more forgets the one that was right longest ago', () => {
  const known = createKnownTokens()
  for (let nth = 0; nth < KNOWN_TOKENS_MAX; nth += 1) known.note(`${nth}`)
  known.note('0')
  known.note('more')
  expect([known.has('0'), known.has('1'), known.has('2'), known.has('more')]).toEqual([true, false, true, true])
})
