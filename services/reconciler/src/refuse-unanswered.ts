import type { ExotelError, ExotelErrorKind } from '@rollcall/exotel/client/exotel-error'
import { OperatorError } from '@rollcall/service/operator-error'
import { learnSkew } from './learn-skew.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** What only a person can put right: an address or credentials. A server error or a slow answer may pass, and the run will say what it met. */
const FOR_A_PERSON: ReadonlySet<ExotelErrorKind> = new Set(['not-reached', 'not-trusted', 'not-tls', 'not-authenticated', 'redirected', 'xml'])

/** Asks the API one question before a one-shot run begins, and learns its clock by the answer. @throws OperatorError naming the account, its address, what came back and what to do. */
export const refuseUnanswered = async (
  deps: Pick<ReconcilerDeps, 'account' | 'client' | 'vendorClock' | 'logger'>,
  account: { readonly sid: string; readonly baseUrl: string },
  signal: AbortSignal,
): Promise<void> => {
  const check = await deps.client.checkAccount({ signal })
  if (check.kind === 'ok') learnSkew(deps, check.clockSkewMs)
  if (check.kind === 'failed' && FOR_A_PERSON.has(check.error.kind)) throw new OperatorError(unanswered(account, check.error))
}

const unanswered = ({ sid, baseUrl }: { readonly sid: string; readonly baseUrl: string }, error: ExotelError): string =>
  `account ${sid}: baseUrl is ${baseUrl}, where Exotel cannot be asked: ${error.message}. ${error.advice}`
