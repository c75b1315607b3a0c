/**
 * How evidence is tampered with: in the bytes of a pack; in its files, the container and the manifest made anew to fit; in the database, by whoever
 * can change everything there, packed by our own exporter; and in the log itself, by whoever holds the key. Each gives a pack that has to fail.
 */
import { hash } from 'node:crypto'
import { auditLeaf } from '@rollcall/contracts/audit-leaf'
import { leafKey } from '@rollcall/domain/certificate/call-leaf'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import { controlTotals } from '@rollcall/domain/certificate/control-totals'
import { canonicalTime } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { CertifiedCalls, EvidenceSource } from '@rollcall/evidence/evidence-source'
import { writeEvidencePack } from '@rollcall/evidence/pack/write-evidence-pack'
import { readZip } from '@rollcall/evidence/testing/read-zip'
import { type SyntheticEvidence, syntheticEvidence } from '@rollcall/evidence/testing/synthetic-evidence'
import type { VerifyOptions } from '@rollcall/evidence/verify-pack'
import type { Random } from '@rollcall/exotel-simulator/random'
import { generateKey } from '@rollcall/transparency-log/note/key'
import { packLeaves, unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { createWindowTree } from '@rollcall/transparency-log/window/window-tree'
import { BESIDE, remakePack } from './remake-pack.ts'

export interface Honest {
  readonly evidence: SyntheticEvidence
  readonly pack: Buffer
  /** What the auditor has: key, saved checkpoint, what was asked for. */
  readonly options: VerifyOptions
}

export interface Tampered {
  readonly pack: Buffer
  readonly options?: VerifyOptions
}

/** Null: this draw would have changed nothing. */
export type Tamper = (honest: Honest, random: Random) => Promise<Tampered | null>

const SIGNER = generateKey('rollcall.test/audit').signerKey
export const SIZE = { windows: 4, callsPerWindow: 6, signerKey: SIGNER } as const

export const packOf = async (source: EvidenceSource, { account, from, to, saved }: SyntheticEvidence, savedSize = saved.size): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  await writeEvidencePack(source, { account, from, to, savedSize }, async (bytes) => void parts.push(bytes))
  return Buffer.concat(parts)
}

export const makeHonest = async (): Promise<Honest> => {
  const evidence = syntheticEvidence(SIZE)
  const { verifierKey, saved, account, from, to } = evidence
  const options = { keys: [verifierKey], saved: saved.note, account, from: canonicalTime(from), to: canonicalTime(to) }
  return { evidence, pack: await packOf(evidence, evidence), options }
}

const pick = <T>(items: readonly T[], random: Random): T => {
  const item = items[random.integer(0, items.length - 1)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

/** In the bytes of the file, wherever they are. */
const inBytes =
  (change: (bytes: Buffer, random: Random) => Buffer): Tamper =>
  async ({ pack }, random) => {
    const changed = change(Buffer.from(pack), random)
    return changed.equals(pack) ? null : { pack: changed }
  }

/** In one file of the pack; container and manifest fit. The verifier and its page are not evidence: whoever verifies uses ones of their own. */
const inFiles =
  (change: (files: Map<string, Buffer>, random: Random) => void): Tamper =>
  async ({ pack }, random) => {
    const files = new Map(readZip(pack))
    change(files, random)
    const remade = await remakePack(files)
    return remade.equals(pack) ? null : { pack: remade }
  }

/** In the database, packed by our own exporter. */
const inDatabase =
  (change: (windows: CertifiedCalls[], random: Random) => void): Tamper =>
  async ({ evidence }, random) => {
    const windows = [...evidence.certified]
    change(windows, random)
    return { pack: await packOf(sourceOf(evidence, windows), evidence) }
  }

/** Whoever changes a certificate also says that it stands where the true one does. */
const sourceOf = (evidence: SyntheticEvidence, windows: readonly CertifiedCalls[]): EvidenceSource => {
  const places = new Map<string, bigint>()
  const records = new Map<bigint, Buffer>()
  for (const [nth, { certificates }] of windows.entries())
    for (const [place, text] of certificates.entries()) {
      const leaf = BigInt(3 * nth + 1 + place)
      places.set(hash('sha256', text), leaf)
      const value = Buffer.from(text)
      records.set(leaf, auditLeaf({ key: evidence.account, headers: { ce_id: `${leaf}`, ce_type: 'com.rollcall.audit.certificate' }, value }))
    }
  return {
    ...evidence,
    windows: async (_, start, end) => windows.filter(({ windowFrom }) => windowFrom >= start && windowFrom < end),
    certificateLeaves: async (_, sha256s) => new Map(sha256s.map((sha256) => [sha256, places.get(sha256) ?? 0n])),
    auditLeaves: async function* (leaves) {
      for (const leaf of leaves) yield records.get(leaf) ?? Buffer.alloc(0)
    },
  }
}

const inCalls = (change: (leaves: string[], random: Random) => void) =>
  inDatabase((windows, random) => {
    const at = random.integer(0, windows.length - 1)
    const window = windows[at] as CertifiedCalls
    const leaves = [...unpackLeaves(window.packedLeaves)]
    change(leaves, random)
    windows[at] = { ...window, packedLeaves: packLeaves(leaves) }
  })

const editLeaf = (leaves: string[], random: Random): void => {
  const at = random.integer(0, leaves.length - 1)
  const leaf = JSON.parse(leaves[at] ?? '')
  const field = pick(['durationSeconds', 'price', 'status', 'endedAt', 'recorded', 'verified', 'commitment', 'callSid'], random)
  if (field === 'recorded' || field === 'verified') leaf[field] = !leaf[field]
  else if (field === 'commitment') leaf.commitments.from = random.hex(64)
  else if (field === 'callSid') leaf.callSid = random.hex(32)
  else leaf.fields[field] = field === 'status' ? 'failed' : field === 'endedAt' ? '2026-01-14T18:30:00.001Z' : `${random.integer(1_000, 9_999)}`
  leaves[at] = canonicalJson(leaf)
}

/** Edits a certificate's text. */
const inCertificate = (change: (certificate: Record<string, unknown>, random: Random) => void) =>
  inDatabase((windows, random) => {
    const at = random.integer(0, windows.length - 1)
    const window = windows[at] as CertifiedCalls
    const nth = random.integer(0, window.certificates.length - 1)
    const certificate = JSON.parse(window.certificates[nth] ?? '')
    change(certificate, random)
    windows[at] = { ...window, certificates: window.certificates.with(nth, canonicalJson(certificate)) }
  })

const editTotals = (certificate: Record<string, unknown>, random: Random): void => {
  const given = certificate as Record<'totals' | 'listed', Record<string, unknown>>
  const part = given[pick(['totals', 'listed'] as const, random)]
  const name = pick(['calls', 'price', 'durationSeconds', 'recordings'], random)
  part[name] = typeof part[name] === 'number' ? random.integer(100, 999) : `${random.integer(1_000, 9_999)}.5`
}

/** A call is taken out, and everything that hangs on it made anew: leaves, root, counts, totals. */
const hideCall = inDatabase((windows, random) => {
  const at = random.integer(0, windows.length - 1)
  const window = windows[at] as CertifiedCalls
  const leaves = unpackLeaves(window.packedLeaves).toSpliced(random.integer(0, SIZE.callsPerWindow - 1), 1)
  const certificate = JSON.parse(window.certificates.at(-1) ?? '')
  const calls = leaves.map((leaf) => JSON.parse(leaf)).filter(({ verified }) => verified)
  const totals = controlTotals(calls.map(({ fields, recorded }) => ({ ...fields, ...(recorded ? { recordingUrl: 'x' } : {}) })))
  const byStatus: Record<string, number> = {}
  for (const { fields } of calls) byStatus[fields.status] = (byStatus[fields.status] ?? 0) + 1
  const both = calls.filter(({ firstSeen }) => firstSeen.webhook !== undefined).length
  const counts = { unverified: leaves.length - calls.length, webhookFirst: both, apiFirst: calls.length - both, both, byStatus }
  const difference = { calls: 0, durationSeconds: '0', price: '0', recordings: 0 }
  const remade = canonicalJson({
    ...certificate,
    tree: { root: createWindowTree(leaves, leafKey).root.toString('hex'), leaves: leaves.length },
    counts,
    totals,
    listed: totals,
    difference,
  })
  windows[at] = { ...window, certificates: window.certificates.with(-1, remade), packedLeaves: packLeaves(leaves) }
})

const swapCalls = inDatabase((windows, random) => {
  const at = random.integer(0, windows.length - 2)
  const [a, b] = [windows[at] as CertifiedCalls, windows[at + 1] as CertifiedCalls]
  windows[at] = { ...a, packedLeaves: b.packedLeaves }
  windows[at + 1] = { ...b, packedLeaves: a.packedLeaves }
})

const swapWindows = inDatabase((windows, random) => {
  const at = random.integer(0, windows.length - 2)
  const [a, b] = [windows[at] as CertifiedCalls, windows[at + 1] as CertifiedCalls]
  windows[at] = { ...b, windowFrom: a.windowFrom }
  windows[at + 1] = { ...a, windowFrom: b.windowFrom }
})

/** The log is the one of before, its checkpoint truly signed; the auditor holds a later one. */
const rollBack: Tamper = async ({ evidence, options }, random) => {
  const windows = random.integer(1, SIZE.windows - 1)
  const before = syntheticEvidence({ ...SIZE, windows })
  const newest = await evidence.kept.checkpoint()
  return { pack: await packOf(before, before, 0), options: { keys: options.keys, saved: newest?.note ?? '' } }
}

/** Another history, signed with the true key; the auditor holds a checkpoint of the true one. */
const rewrite: Tamper = async ({ options }, random) => {
  const other = syntheticEvidence({ ...SIZE, secondsMore: random.integer(1, 1_000_000) })
  return { pack: await packOf(other, other), options: { ...options } }
}

const signAnew: Tamper = async () => {
  const { signerKey: _, ...size } = SIZE
  const other = syntheticEvidence({ ...size, secondsMore: 1 })
  return { pack: await packOf(other, other) }
}

const span = (bytes: Buffer, random: Random, longest: number): readonly [number, number] => {
  const at = random.integer(0, bytes.length - 1)
  return [at, Math.min(bytes.length, at + random.integer(1, longest))]
}

export const TAMPERS: Readonly<Record<string, Tamper>> = {
  'a bit of the pack is flipped': inBytes((bytes, random) => {
    const at = random.integer(0, bytes.length - 1)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 7))
    return bytes
  }),
  'bytes of the pack are deleted': inBytes((bytes, random) => {
    const [from, to] = span(bytes, random, 100)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  }),
  'bytes are inserted into the pack': inBytes((bytes, random) => {
    const at = random.integer(0, bytes.length)
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.hex(2 * random.integer(1, 50)), 'hex'), bytes.subarray(at)])
  }),
  'two spans of the pack are exchanged': inBytes((bytes, random) => {
    const middle = random.integer(1, bytes.length - 2)
    const from = random.integer(Math.max(0, middle - 200), middle - 1)
    const to = random.integer(middle + 1, Math.min(bytes.length, middle + 200))
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(middle, to), bytes.subarray(from, middle), bytes.subarray(to)])
  }),
  'a character of a file is another': inFiles((files, random) => {
    const name = pick(
      [...files.keys()].filter((file) => !NO_EVIDENCE.has(file) && (files.get(file)?.length ?? 0) > 0),
      random,
    )
    const content = Buffer.from(files.get(name) ?? '')
    content[random.integer(0, content.length - 1)] = pick([...'0123456789abcdef"{}:, \n'], random).charCodeAt(0)
    files.set(name, content)
  }),
  'a file is taken out': inFiles(
    (files, random) =>
      void files.delete(
        pick(
          [...files.keys()].filter((name) => name !== 'manifest.json'),
          random,
        ),
      ),
  ),
  'a file is put in': inFiles((files, random) => void files.set(`calls/${random.hex(8)}.jsonl`, Buffer.from(random.hex(16)))),
  'a file is put in that the manifest is silent about': inFiles((files, random) => void files.set(BESIDE + random.hex(8), Buffer.from(random.hex(16)))),
  'lines of a file are in another order': inFiles((files, random) => {
    const name = pick(['certificates.jsonl', 'proofs.jsonl', ...[...files.keys()].filter((file) => file.startsWith('calls/'))], random)
    const lines = (files.get(name) ?? '').toString().split('\n')
    const at = random.integer(0, lines.length - 2)
    files.set(name, Buffer.from(lines.toSpliced(at, 2, lines[at + 1] ?? '', lines[at] ?? '').join('\n')))
  }),
  'the manifest says something else': inFiles((files, random) => {
    const manifest = JSON.parse((files.get('manifest.json') ?? '').toString())
    const path = pick(
      ['account', 'from', 'to', 'totals.price', 'totals.calls', 'calls.leaves', 'windows.final', 'checkpoint.size', 'checkpoint.origin', 'format', 'more'],
      random,
    ).split('.')
    const holder = path.length === 1 ? manifest : manifest[path[0] ?? '']
    holder[path.at(-1) ?? ''] = typeof holder[path.at(-1) ?? ''] === 'number' ? random.integer(1_000, 9_999) : random.hex(8)
    files.set('manifest.json', Buffer.from(canonicalJson(manifest)))
  }),
  'the manifest says more': inFiles((files, random) => {
    const manifest = JSON.parse((files.get('manifest.json') ?? '').toString())
    files.set('manifest.json', Buffer.from(canonicalJson({ ...manifest, [random.hex(4)]: random.hex(8) })))
  }),
  'a call is edited in the database': inCalls(editLeaf),
  'a call is deleted in the database': inCalls((leaves, random) => void leaves.splice(random.integer(0, leaves.length - 1), 1)),
  'a call is invented in the database': inCalls((leaves, random) => {
    leaves.push(canonicalJson({ ...JSON.parse(pick(leaves, random)), callSid: random.hex(32) }))
    leaves.sort((a, b) => (leafKey(a) < leafKey(b) ? -1 : 1))
  }),
  'a call is there twice in the database': inCalls((leaves, random) => {
    const at = random.integer(0, leaves.length - 1)
    leaves.splice(at, 0, leaves[at] ?? '')
  }),
  'calls are in another order in the database': inCalls((leaves, random) => {
    const at = random.integer(0, leaves.length - 2)
    leaves.splice(at, 2, leaves[at + 1] ?? '', leaves[at] ?? '')
  }),
  'calls of two windows are exchanged': swapCalls,
  'two windows are exchanged': swapWindows,
  'totals of a certificate are edited': inCertificate(editTotals),
  'the state of a certificate is edited': inCertificate((certificate, random) => {
    Object.assign(certificate, { state: certificate.state === 'final' ? pick(['amended', 'provisional'], random) : pick(['final', 'amended'], random) })
  }),
  'a call is hidden, and its certificate made anew': hideCall,
  // Those that are left are where they are in the log.
  'a certificate is left out of its chain': async ({ evidence }, random) => {
    const windows = [...evidence.certified]
    const at = random.integer(0, windows.length - 1)
    const window = windows[at] as CertifiedCalls
    windows[at] = { ...window, certificates: window.certificates.toSpliced(random.integer(0, 1), 1) }
    return { pack: await packOf({ ...evidence, windows: sourceOf(evidence, windows).windows }, evidence) }
  },
  'a window is left out': inDatabase((windows, random) => void windows.splice(random.integer(0, windows.length - 1), 1)),
  'the range is made shorter': async ({ evidence }, random) => {
    const less = random.integer(1, SIZE.windows - 1) * WINDOW_MS
    return { pack: await packOf(evidence, random.chance(0.5) ? { ...evidence, to: evidence.to - less } : { ...evidence, from: evidence.from + less }) }
  },
  'the checkpoint is rolled back': rollBack,
  'history is written anew with the true key': rewrite,
  'history is written anew with another key': signAnew,
}

const NO_EVIDENCE: ReadonlySet<string> = new Set(['verify.mjs', 'audit-proof.md'])
