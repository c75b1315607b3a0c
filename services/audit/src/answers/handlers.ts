import type { SessionAnswer } from '@rollcall/contracts/audit-api/session'
import { canonicalTime } from '@rollcall/domain/time'
import type { Principal } from '../auth/principal.ts'
import type { Handlers } from '../http/question.ts'
import { answerAccessLog } from './access-log.ts'
import { answerAccounts } from './accounts.ts'
import type { AnswerDeps } from './answer-deps.ts'
import { answerCall, revealCall } from './call.ts'
import { answerCalls } from './calls.ts'
import { answerCallProof, answerCertificates, answerCheckpoint, answerConsistency, answerInclusion } from './evidence.ts'
import { actOnException, answerException, answerExceptionCounts, answerExceptions } from './exceptions.ts'
import { createExporter } from './exports.ts'
import { answerCompleteness, answerDays, answerMeasures } from './measures.ts'
import { answerRaw, revealRaw } from './raw.ts'
import { answerRun, answerRuns } from './runs.ts'
import { answerSignOffs, signDay } from './sign-offs.ts'
import { answerDay, answerWindow } from './windows.ts'

const sessionOf = ({ subject, scopes, accounts, expiresAt }: Principal): SessionAnswer => ({
  subject,
  scopes: [...scopes],
  accounts: accounts === null ? null : [...accounts],
  expiresAt: canonicalTime(expiresAt),
})

/** What answers each route. */
export const createHandlers = (deps: AnswerDeps): Handlers => ({
  session: async ({ principal }) => sessionOf(principal),
  signIn: async ({ principal }) => sessionOf(principal),
  signOut: async () => null,
  accounts: (question) => answerAccounts(deps, question),
  measures: (question) => answerMeasures(deps, question),
  completeness: (question) => answerCompleteness(deps, question),
  days: (question) => answerDays(deps, question),
  day: (question) => answerDay(deps, question),
  signOffs: (question) => answerSignOffs(deps, question),
  signDay: (question) => signDay(deps, question),
  window: (question) => answerWindow(deps, question),
  calls: (question) => answerCalls(deps, question),
  call: (question) => answerCall(deps, question),
  revealCall: (question) => revealCall(deps, question),
  raw: (question) => answerRaw(deps, question),
  revealRaw: (question) => revealRaw(deps, question),
  exceptions: (question) => answerExceptions(deps, question),
  exceptionCounts: (question) => answerExceptionCounts(deps, question),
  exception: (question) => answerException(deps, question),
  actOnException: (question) => actOnException(deps, question),
  runs: (question) => answerRuns(deps, question),
  run: (question) => answerRun(deps, question),
  accessLog: (question) => answerAccessLog(deps, question),
  certificates: (question) => answerCertificates(deps, question),
  callProof: (question) => answerCallProof(deps, question),
  exportCalls: createExporter(deps),
  checkpoint: () => answerCheckpoint(deps),
  inclusion: (question) => answerInclusion(deps, question),
  consistency: (question) => answerConsistency(deps, question),
})
