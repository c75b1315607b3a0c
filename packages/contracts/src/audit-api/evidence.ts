import { CERTIFIED_STATES, WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { z } from 'zod'
import { CallSid, Count, pageOf, Span, Time } from './words.ts'

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

/**
 * That a record is in the tree of that size; the root is that of the checkpoint of that size. What is hashed is not told, since it may be another
 * account's (audit-leaf.ts): the proof of a call has its certificate's.
 */
export const InclusionAnswer = z.strictObject({ leaf: Count, size: Count, leafHash: Hash, path: Path })
export type InclusionAnswer = z.infer<typeof InclusionAnswer>

/** That the tree of size `to` begins with the one of size `from`. */
export const ConsistencyAnswer = z.strictObject({ from: Count, to: Count, path: Path })
export type ConsistencyAnswer = z.infer<typeof ConsistencyAnswer>

/** A leaf of a tree as it was hashed, byte for byte (leaf hash: `SHA-256(0x00 ‖ leaf)`), its number, and its path up to the root. */
const ProvenLeaf = z.strictObject({ leaf: z.string(), index: Count, path: Path })

/**
 * That a call is among the calls of its window's newest certificate, or that it is not: then its two neighbours are next to each other. Whoever has
 * a verifier key needs nothing besides to check it (docs/audit-proof.md), and nothing that can be computed is told.
 */
export const CallProofAnswer = z.strictObject({
  callSid: CallSid,
  /** Leaf of the window's tree. */
  present: ProvenLeaf.nullable(),
  /** Null where the call would be before the first call of the window, or after the last one. */
  absent: z.strictObject({ before: ProvenLeaf.nullable(), after: ProvenLeaf.nullable() }).nullable(),
  /** Leaf of the log: the record of the certificate (audit-leaf.ts), whose tree the calls are in. */
  certificate: ProvenLeaf,
  /** Since the checkpoint that the auditor saved, to the one below; null where none was named. */
  consistency: ConsistencyAnswer.nullable(),
  /** A C2SP signed note, byte for byte: the log that the certificate is in. */
  checkpoint: z.string(),
})
export type CallProofAnswer = z.infer<typeof CallProofAnswer>
