import { NoEvidenceError } from './evidence-source.ts'

/** Evidence is of nothing that is not signed for. */
export const notSignedYet = (certificates: number): NoEvidenceError =>
  new NoEvidenceError(
    `${certificates} certificates of that range are not in the signed log yet. Within a minute or two they are; if not, look at the keeper and at the audit outbox in rollcall status.`,
  )
