import { CallProofAnswer, CertificatesAnswer, CheckpointAnswer, ConsistencyAnswer, InclusionAnswer } from './evidence.ts'
import * as ask from './questions.ts'
import { ACCOUNT, type AuditRoute } from './routes.ts'

/** Routes about what proves the rest; they join AUDIT_ROUTES once certificates are written. */
export const EVIDENCE_ROUTES = {
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
    answer: CallProofAnswer,
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
