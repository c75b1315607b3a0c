import { z } from 'zod'
import { AccessLogAnswer, AccessLogQuestion } from './access-log.ts'
import { AccountsAnswer } from './account.ts'
import { CallAnswer, CallsAnswer, RawAnswer } from './call.ts'
import { CallProofAnswer, CertificatesAnswer, CheckpointAnswer, ConsistencyAnswer, InclusionAnswer } from './evidence.ts'
import { ExceptionAnswer, ExceptionCounts, ExceptionsAnswer } from './exception.ts'
import { ExportFile, ExportQuestion } from './export.ts'
import { CompletenessAnswer, DaysAnswer, MeasuresAnswer } from './measures.ts'
import type { ProblemKind } from './problem.ts'
import * as ask from './questions.ts'
import { RunAnswer, RunsAnswer } from './run.ts'
import { type Scope, SessionAnswer } from './session.ts'
import { SignOffBody, SignOffsAnswer } from './sign-off.ts'
import { DayAnswer, WindowAnswer } from './window.ts'

/**
 * The one table of what `services/audit` answers: the service registers its routes from it, the OpenAPI document is made of it, and the test of
 * every route × role × account goes through it. A path's parameters are as in fastify: `:name`.
 *
 * A range wider than RANGE_DAYS_MAX is refused, never cut. Every GET but a download has an ETag; a page that shows what goes on asks again with If-None-Match and is answered 304 while nothing has changed. Errors are
 * `application/problem+json`. A token is in `Authorization: Bearer`, or in the cookie that `POST /v1/session` sets; never in a path or query.
 */
export interface AuditRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly summary: string
  /** What the token must allow; null: any token that is valid. */
  readonly scope: Scope | null
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly answer: z.ZodType
  /** Why it may be refused, beside what any route may be. */
  readonly problems?: readonly ProblemKind[]
  /** The answer holds personal data in clear: it is stored nowhere. */
  readonly personal?: true
  /** The answer is a file of this media type, sent as it is made; it has no ETag. */
  readonly file?: 'application/zip'
}

const ACCOUNT = '/v1/accounts/:account'

export const AUDIT_ROUTES = {
  session: { method: 'GET', path: '/v1/session', summary: 'Who am I, and what may I see?', scope: null, answer: SessionAnswer },
  signIn: { method: 'POST', path: '/v1/session', summary: 'Keep the token of this request in a cookie, for the page', scope: null, answer: SessionAnswer },
  signOut: { method: 'DELETE', path: '/v1/session', summary: 'Forget the cookie', scope: null, answer: z.null() },
  accounts: { method: 'GET', path: '/v1/accounts', summary: 'Accounts, each with the three measures of today and its watermark', scope: 'audit:read', answer: AccountsAnswer },
  measures: {
    method: 'GET',
    path: `${ACCOUNT}/measures`,
    summary: 'Completeness, timeliness and webhook yield of a time',
    scope: 'audit:read',
    params: ask.OfAccount,
    query: ask.Ranged,
    answer: MeasuresAnswer,
  },
  completeness: {
    method: 'GET',
    path: `${ACCOUNT}/completeness`,
    summary: 'Completeness of a time by day, hour or window, now or as known then',
    scope: 'audit:read',
    params: ask.OfAccount,
    query: ask.CompletenessQuestion,
    answer: CompletenessAnswer,
  },
  days: {
    method: 'GET',
    path: `${ACCOUNT}/days`,
    summary: 'The three measures of each IST day: the heat map',
    scope: 'audit:read',
    params: ask.OfAccount,
    query: ask.DaysQuestion,
    answer: DaysAnswer,
  },
  day: {
    method: 'GET',
    path: `${ACCOUNT}/days/:day`,
    summary: 'One IST day with its 288 windows',
    scope: 'audit:read',
    params: ask.OfDay,
    answer: DayAnswer,
  },
  signOffs: {
    method: 'GET',
    path: `${ACCOUNT}/days/:day/sign-offs`,
    summary: 'Who reviewed one IST day and signed it off, and whether it is still as it was signed',
    scope: 'audit:read',
    params: ask.OfDay,
    answer: SignOffsAnswer,
  },
  signDay: {
    method: 'POST',
    path: `${ACCOUNT}/days/:day/sign-offs`,
    summary: 'Sign a day off; appended to the audit topic before it is answered',
    scope: 'days:sign',
    params: ask.OfDay,
    body: SignOffBody,
    answer: SignOffsAnswer,
    problems: ['not-yet', 'own-work', 'changed'],
  },
  window: {
    method: 'GET',
    path: `${ACCOUNT}/windows/:from`,
    summary: 'One window with its scans, its history and its calls',
    scope: 'audit:read',
    params: ask.OfWindow,
    answer: WindowAnswer,
  },
  calls: {
    method: 'GET',
    path: `${ACCOUNT}/calls`,
    summary: 'Calls by when Exotel created them, and by what is known of them',
    scope: 'audit:read',
    params: ask.OfAccount,
    query: ask.CallsQuestion,
    answer: CallsAnswer,
  },
  call: {
    method: 'GET',
    path: `${ACCOUNT}/calls/:callSid`,
    summary: 'One call with every observation and who won each field, now or as known then',
    scope: 'audit:read',
    params: ask.OfCall,
    query: ask.AsOf,
    answer: CallAnswer,
  },
  revealCall: {
    method: 'POST',
    path: `${ACCOUNT}/calls/:callSid/reveal`,
    summary: 'The same with personal fields in clear; recorded before it is answered',
    scope: 'pii:read',
    params: ask.OfCall,
    query: ask.AsOf,
    body: ask.RevealBody,
    answer: CallAnswer,
    personal: true,
  },
  raw: {
    method: 'GET',
    path: `${ACCOUNT}/calls/:callSid/observations/:partition/:offset`,
    summary: 'What was received, masked',
    scope: 'audit:read',
    params: ask.OfObservation,
    answer: RawAnswer,
  },
  revealRaw: {
    method: 'POST',
    path: `${ACCOUNT}/calls/:callSid/observations/:partition/:offset/reveal`,
    summary: 'What was received, byte for byte; recorded before it is answered',
    scope: 'pii:read',
    params: ask.OfObservation,
    body: ask.RevealBody,
    answer: RawAnswer,
    personal: true,
  },
  exceptions: {
    method: 'GET',
    path: `${ACCOUNT}/exceptions`,
    summary: 'What has to be looked at, with its reason and state',
    scope: 'audit:read',
    params: ask.OfAccount,
    query: ask.ExceptionsQuestion,
    answer: ExceptionsAnswer,
  },
  exceptionCounts: {
    method: 'GET',
    path: `${ACCOUNT}/exception-counts`,
    summary: 'How many exceptions are not closed, by kind',
    scope: 'audit:read',
    params: ask.OfAccount,
    answer: ExceptionCounts,
  },
  exception: {
    method: 'GET',
    path: `${ACCOUNT}/exceptions/:id`,
    summary: 'One exception with its history',
    scope: 'audit:read',
    params: ask.OfException,
    answer: ExceptionAnswer,
  },
  actOnException: {
    method: 'POST',
    path: `${ACCOUNT}/exceptions/:id/history`,
    summary: 'Assign, annotate or close; appended to the audit topic before it is answered',
    scope: 'exceptions:write',
    params: ask.OfException,
    body: ask.ActBody,
    answer: ExceptionAnswer,
  },
  runs: {
    method: 'GET',
    path: `${ACCOUNT}/runs`,
    summary: 'Runs of the reconciler, latest first',
    scope: 'audit:read',
    params: ask.OfAccount,
    query: ask.Paged,
    answer: RunsAnswer,
  },
  run: { method: 'GET', path: `${ACCOUNT}/runs/:run`, summary: 'One run with its scans', scope: 'audit:read', params: ask.OfRun, answer: RunAnswer },
  accessLog: {
    method: 'GET',
    path: `${ACCOUNT}/access-log`,
    summary: 'Who saw, took away or changed something, and who may: what people did, latest first',
    scope: 'audit:read',
    params: ask.OfAccount,
    query: AccessLogQuestion,
    answer: AccessLogAnswer,
  },
  certificates: {
    method: 'GET',
    path: `${ACCOUNT}/certificates`,
    summary: 'Certificates of windows',
    scope: 'audit:read',
    params: ask.OfAccount,
    query: ask.CertificatesQuestion,
    answer: CertificatesAnswer,
  },
  callProof: {
    method: 'GET',
    path: `${ACCOUNT}/calls/:callSid/proof`,
    summary: 'That a call is, or is not, in the certificate of its window',
    scope: 'audit:read',
    params: ask.OfCall,
    query: ask.CallProofQuestion,
    answer: CallProofAnswer,
  },
  exportCalls: {
    method: 'GET',
    path: `${ACCOUNT}/export`,
    summary: 'Certified calls of a time, as an evidence pack or a table; recorded before its first byte',
    scope: 'export',
    params: ask.OfAccount,
    query: ExportQuestion,
    answer: ExportFile,
    file: 'application/zip',
  },
  checkpoint: { method: 'GET', path: '/v1/checkpoint', summary: 'The latest signed head of the tree', scope: 'audit:read', answer: CheckpointAnswer },
  inclusion: { method: 'GET', path: '/v1/proofs/inclusion', summary: 'That a record is in the tree', scope: 'audit:read', query: ask.InclusionQuestion, answer: InclusionAnswer },
  consistency: {
    method: 'GET',
    path: '/v1/proofs/consistency',
    summary: 'That the tree only grew',
    scope: 'audit:read',
    query: ask.ConsistencyQuestion,
    answer: ConsistencyAnswer,
  },
} as const satisfies Readonly<Record<string, AuditRoute>>
export type AuditRouteName = keyof typeof AUDIT_ROUTES
/** Those that answer with a file. */
export type FileRouteName = { [Name in AuditRouteName]: (typeof AUDIT_ROUTES)[Name] extends { readonly file: string } ? Name : never }[AuditRouteName]
/** What a route answers, for whoever asks it. */
export type AnswerOf<Name extends AuditRouteName> = z.infer<(typeof AUDIT_ROUTES)[Name]['answer']>
