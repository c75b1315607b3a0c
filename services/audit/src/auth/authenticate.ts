import { TOKEN_PREFIX } from '@rollcall/store/audit/issue-token'
import { QuestionError } from '../question-error.ts'
import { credentialsOf } from './credentials.ts'
import type { FailureLimit } from './failure-limit.ts'
import type { Principal } from './principal.ts'

export interface AskedBy {
  readonly method: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Of the socket. */
  readonly address: string
}

/** Who asks. Denies whatever it does not know. */
export type Authenticate = (asked: AskedBy) => Promise<{ readonly principal: Principal; readonly token: string }>

export const createAuthenticate =
  (deps: {
    readonly staticToken: (token: string) => Promise<Principal>
    readonly jwt: ((token: string) => Promise<Principal>) | null
    readonly failures: FailureLimit
  }): Authenticate =>
  async ({ method, headers, address }) => {
    const { token } = credentialsOf(method, headers)
    try {
      return { principal: await principalOf(token), token }
    } catch (error) {
      if (!(error instanceof QuestionError) || (error.kind !== 'unauthenticated' && error.kind !== 'token-expired')) throw error
      // Only who is wrong is held off: behind a proxy everybody comes from one address.
      if (deps.failures.isOver(address)) throw new QuestionError('too-many-requests', 'Too many wrong tokens came from this address. Wait a minute.')
      deps.failures.note(address)
      throw error
    }

    function principalOf(text: string): Promise<Principal> {
      if (text.startsWith(TOKEN_PREFIX)) return deps.staticToken(text)
      if (deps.jwt !== null && text.split('.').length === 3) return deps.jwt(text)
      throw new QuestionError('unauthenticated', 'The token is not one of ours.')
    }
  }
