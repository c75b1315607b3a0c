import { z } from 'zod'
import { AccountSid, Count, Position, pageOf, Span, Time } from './words.ts'

/** What proves the rest: certificates of windows, the signed head of the tree over `rollcall.audit.v1`, and proofs against it (RFC 6962). */

const Hash = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/)
  .describe('SHA-256, base64')

/** One certificate; `certificate` is the record as it stands in the topic, verbatim, which is what its leaf is a hash of. */
export const CertificateItem = z.strictObject({
  /** Its offset in the audit topic is its leaf's index. */
  position: Position,
  window: Span,
  state: z.enum(['provisional', 'final', 'amended']),
  issuedAt: Time,
  /** Superseded by a later one of the same window. */
  superseded: z.boolean(),
  leafHash: Hash,
  certificate: z.record(z.string(), z.unknown()),
})
export type CertificateItem = z.infer<typeof CertificateItem>

/** By window, and oldest first within one. */
export const CertificatesAnswer = pageOf(CertificateItem)
export type CertificatesAnswer = z.infer<typeof CertificatesAnswer>

/** The latest signed head: `note` is a C2SP signed note, verbatim. */
export const CheckpointAnswer = z.strictObject({ origin: z.string(), size: Count, rootHash: Hash, signedAt: Time, note: z.string() })
export type CheckpointAnswer = z.infer<typeof CheckpointAnswer>

/** That a record is in the tree of that size. */
export const InclusionAnswer = z.strictObject({ leaf: Count, size: Count, leafHash: Hash, rootHash: Hash, hashes: z.array(Hash) })
export type InclusionAnswer = z.infer<typeof InclusionAnswer>

/** That the tree of size `to` begins with the one of size `from`. */
export const ConsistencyAnswer = z.strictObject({ from: Count, to: Count, fromRootHash: Hash, toRootHash: Hash, hashes: z.array(Hash) })
export type ConsistencyAnswer = z.infer<typeof ConsistencyAnswer>

/** That a call is, or is not, among the calls of its window's certificate, and that the certificate is in the tree. */
export const CallProofAnswer = z.strictObject({
  account: AccountSid,
  callSid: z.string(),
  held: z.boolean(),
  certificate: CertificateItem,
  /** Proof within the window's tree, as packages/transparency-log makes it, verbatim. */
  windowProof: z.record(z.string(), z.unknown()),
  inclusion: InclusionAnswer,
})
export type CallProofAnswer = z.infer<typeof CallProofAnswer>
