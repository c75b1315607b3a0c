import type { AccountConfig } from '@rollcall/contracts/accounts-file'
import { laneSettingsOf } from '@rollcall/domain/schedule/lane-settings'
import { ConfigError } from '@rollcall/service/config-error'
import { readListFeatures } from '@rollcall/store/reconcile/list-features'
import { capacityProblem } from './capacity-problem.ts'
import { expectedCalls } from './expected-calls.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'

type Overloadable = Pick<ReconcilerDeps, 'pool' | 'account' | 'vendorClock' | 'policy' | 'logger'>

/**
 * Before the schedule begins: whether each account's share of the rate limit holds the RPO for the calls that are expected.
 * @throws ConfigError with one line for each account whose share does not, unless the account says to run all the same; then it is logged.
 */
export const refuseOverload = async (works: readonly { readonly account: AccountConfig; readonly deps: Overloadable }[]): Promise<void> => {
  const problems: string[] = []
  for (const { account, deps } of works) {
    const problem = await problemOf(account, deps)
    if (problem === null) continue
    if (account.rpoRefusal === 'warn') deps.logger.warn({ event: 'rpo.not-held', account: account.sid, problem }, 'the share of the rate limit does not hold the RPO')
    else problems.push(problem)
  }
  if (problems.length > 0) throw new ConfigError(problems)
}

const problemOf = async (account: AccountConfig, deps: Overloadable): Promise<string | null> => {
  const calls = await expectedCalls(deps, account)
  if (calls === null) return null
  const { features } = await readListFeatures(deps.pool, deps.account)
  return capacityProblem(account, calls, laneSettingsOf(account, features.duration))
}
