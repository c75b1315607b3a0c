import { TOKEN_PREFIX } from '@rollcall/store/audit/issue-token'
import { QuestionError } from '../question-error.ts'
import { credentialsOf } from './credentials.ts'
import type { FailureLimit } from './failure-limit.ts'
import { createKnownTokens } from './known-tokens.ts'
import type { Principal } from './principal.ts'

export interface AskedBy {
  readonly method: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Of the socket. */
  readonly address: string
}

/** Who asks. Denies whatever it does not know. */
export type Authenticate = (asked: AskedBy) => Promise<{ readonly principal: Principal; readonly token: string }>

export const createAuthenticate = (deps: {
  readonly staticToken: (token: string) => Promise<Principal>
  readonly jwt: ((token: string) => Promise<Principal>) | null
  readonly failures: FailureLimit
}): Authenticate => {
  // Behind a proxy everybody comes from one address: while it is held off, whoever was let in before is still let in. Of other tokens only those that
  // have to be looked up wait; a JWT is checked by its signature, and costs the database nothing.
  const known = createKnownTokens()
  const heldOff = (): QuestionError => new QuestionError('too-many-requests', 'Too many wrong tokens came from this address. Wait a minute.')

  const principalOf = async (text: string): Promise<Principal> => {
    if (text.startsWith(TOKEN_PREFIX)) return deps.staticToken(text)
    if (deps.jwt !== null && text.split('.').length === 3) return deps.jwt(text)
    throw new QuestionError('unauthenticated', 'The token is not one of ours.')
  }

  return async ({ method, headers, address }) => {
    const { token } = credentialsOf(method, headers)
    const isOurs = token.startsWith(TOKEN_PREFIX)
    if (isOurs && deps.failures.isOver(address) && !known.has(token)) throw heldOff()
    try {
      const principal = await principalOf(token)
      if (isOurs) known.note(token)
      return { principal, token }
    } catch (error) {
      if (!(error instanceof QuestionError) || (error.kind !== 'unauthenticated' && error.kind !== 'token-expired')) throw error
      known.forget(token)
      if (deps.failures.isOver(address)) throw heldOff()
      deps.failures.note(address)
      throw error
    }
  }
}
