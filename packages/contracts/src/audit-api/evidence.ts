import { CERTIFIED_STATES, WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { z } from 'zod'
import { AccountSid, CallSid, Count, pageOf, Span, Time } from './words.ts'

/** What proves the rest (docs/audit-proof.md): certificates of windows, the signed head of the tree over `rollcall.audit.v1`, and proofs against it (RFC 6962). */

const Hash = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/)
  .describe('SHA-256, base64')
/** At most 53 hashes: 20 for a million leaves. */
const Path = z.array(Hash).max(64)

export const CertificateItem = z.strictObject({
  /** Its number in the tree, which is its offset in the audit topic; null while it is not in the log yet. */
  leaf: Count.nullable(),
  window: Span,
  state: z.enum(CERTIFIED_STATES),
  sequence: z.int().positive(),
  /** There is a later one of the same window. */
  superseded: z.boolean(),
  /** Of `text`, hex: what the window's next certificate calls previous. */
  sha256: z.string(),
  /** The record's value, byte for byte: canonical JSON of the certificate. */
  text: z.string(),
  certificate: WindowCertificate,
})
export type CertificateItem = z.infer<typeof CertificateItem>

/** By window, and oldest first within one. */
export const CertificatesAnswer = pageOf(CertificateItem)
export type CertificatesAnswer = z.infer<typeof CertificatesAnswer>

/** The latest signed head: `note` is a C2SP signed note, byte for byte. */
export const CheckpointAnswer = z.strictObject({ origin: z.string(), size: Count, rootHash: Hash, signedAt: Time, note: z.string() })
export type CheckpointAnswer = z.infer<typeof CheckpointAnswer>

/** That a record is in the tree of that size; the root is that of the checkpoint of that size. */
export const InclusionAnswer = z.strictObject({ leaf: Count, size: Count, leafHash: Hash, path: Path })
export type InclusionAnswer = z.infer<typeof InclusionAnswer>

/** That the tree of size `to` begins with the one of size `from`. */
export const ConsistencyAnswer = z.strictObject({ from: Count, to: Count, path: Path })
export type ConsistencyAnswer = z.infer<typeof ConsistencyAnswer>

/** A leaf of a window's tree, as it was hashed, and its path to `certificate.tree.root`. */
const ProvenLeaf = z.strictObject({ leaf: z.string(), index: Count, path: Path })

/** That a call is among the calls of its window's newest certificate, or that it is not: then its two neighbours are next to each other. */
export const CallProofAnswer = z.strictObject({
  account: AccountSid,
  callSid: CallSid,
  certificate: CertificateItem,
  present: ProvenLeaf.nullable(),
  absent: z.strictObject({ before: ProvenLeaf.nullable(), after: ProvenLeaf.nullable() }).nullable(),
  /** Of the certificate in the newest checkpoint; null while it is in none. */
  inclusion: InclusionAnswer.nullable(),
})
export type CallProofAnswer = z.infer<typeof CallProofAnswer>
