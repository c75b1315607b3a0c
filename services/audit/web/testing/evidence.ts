import { createHash } from 'node:crypto'
import type { CertificateItem, CheckpointAnswer, InclusionAnswer } from '@rollcall/contracts/audit-api/evidence'
import type { WindowItem } from '@rollcall/contracts/audit-api/window'
import { CERTIFICATE_VERSION, SCOPE, type WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { signCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { createSigner, generateKey } from '@rollcall/transparency-log/note/key'
import { leafHash } from '@rollcall/transparency-log/tree/hash'
import { createMemoryLevels } from '@rollcall/transparency-log/tree/memory-levels'
import { createTree } from '@rollcall/transparency-log/tree/tree'
import { numbersFrom, seedOf } from './numbers.ts'

/** Made-up certificates, and a log whose proofs hold: a real tree of made-up records, signed by a key of the moment. */
const ORIGIN = 'rollcall.example/audit'
const RECORDS = 5_000
const WINDOW_MS = 300_000
const WRITTEN_AFTER_MS = { provisional: 520_000, final: 16_000_000, amended: 90_000_000 } as const
const signer = createSigner(generateKey(ORIGIN).signerKey)
const tree = createTree(createMemoryLevels())
for (let record = 0; record < RECORDS; record++) tree.append(leafHash(Buffer.from(`record ${record}`)))

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const text = (at: number): string => new Date(at).toISOString()

/** Of a window that was closed: one from when it was provisional, one from when it was final, and one more where it was amended. */
export const certificatesOf = (account: string, window: WindowItem): CertificateItem[] => {
  const from = Date.parse(window.from)
  const states = (['provisional', 'final', 'amended'] as const).slice(0, ['provisional', 'final', 'amended'].indexOf(window.state ?? '') + 1)
  const items: CertificateItem[] = []
  for (const [index, state] of states.entries()) {
    const next = numbersFrom(seedOf(account, window.from))
    const calls = state === 'final' && states.length === 3 ? Math.max(0, window.listed - 1) : window.listed
    const totals = {
      calls,
      durationSeconds: String(calls * 143 + Math.floor(next() * 60)),
      price: `${calls * 2}.35`,
      unpriced: calls > 3 ? 2 : 0,
      recordings: Math.floor(calls * 0.6),
    }
    const certificate: WindowCertificate = {
      type: 'certificate',
      v: CERTIFICATE_VERSION,
      account,
      window: { from: window.from, to: window.to },
      utcOffsetMinutes: 330,
      state,
      sequence: index + 1,
      previous: items.at(-1)?.sha256 ?? null,
      at: text(from + WRITTEN_AFTER_MS[state]),
      tree: { root: sha256(`${account}${window.from}${calls}`), leaves: calls + window.claims },
      counts: { unverified: window.claims, webhookFirst: calls, apiFirst: 0, both: calls, byStatus: { completed: calls } },
      totals,
      listed: totals,
      difference: { calls: 0, durationSeconds: '0', price: '0', recordings: 0 },
      timeliness: { known: calls, p50Ms: 900, p99Ms: 61_000, maxMs: 130_000, late: 0 },
      scans: [],
      software: { version: '0.1.0', commit: null, policySha256: sha256('policy') },
      clockSkewMs: 12,
      scope: SCOPE,
    }
    const value = JSON.stringify(certificate)
    items.push({
      // The numbers only ascend, and the last few are not signed for yet.
      leaf: (Math.floor(from / WINDOW_MS) % (RECORDS - 10)) + index,
      window: certificate.window,
      state,
      sequence: index + 1,
      superseded: index < states.length - 1,
      sha256: sha256(value),
      text: value,
      certificate,
    })
  }
  return items
}

export const checkpointAt = (now: number): CheckpointAnswer => {
  const root = tree.root()
  return {
    origin: ORIGIN,
    size: RECORDS,
    rootHash: root.toString('base64'),
    signedAt: text(now - 24_000),
    note: signCheckpoint({ origin: ORIGIN, size: RECORDS, root }, [signer]),
  }
}

export const inclusionOf = (leaf: number, size: number): InclusionAnswer | undefined =>
  leaf >= size || size > RECORDS
    ? undefined
    : { leaf, size, leafHash: tree.leaf(leaf).toString('base64'), path: tree.proveInclusion(leaf, size).map((hash) => hash.toString('base64')) }
