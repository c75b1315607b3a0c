/** Evidence of made-up calls, certified and signed by the real rules, without a database and a log: what tampering is tried on. */
import { hash } from 'node:crypto'
import { auditLeaf } from '@rollcall/contracts/audit-leaf'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { callLeaf, leafKey } from '@rollcall/domain/certificate/call-leaf'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import { type CertifiedState, type CertifyingScan, windowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { canonicalTime, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { KeptLog, SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import { signCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { createSigner, generateKey } from '@rollcall/transparency-log/note/key'
import { leafHash } from '@rollcall/transparency-log/tree/hash'
import { createMemoryLevels } from '@rollcall/transparency-log/tree/memory-levels'
import { createTree } from '@rollcall/transparency-log/tree/tree'
import { commit } from '@rollcall/transparency-log/window/commit'
import { packLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { createWindowTree } from '@rollcall/transparency-log/window/window-tree'
import type { CertifiedCalls, EvidenceSource } from '../evidence-source.ts'

export interface SyntheticEvidence extends EvidenceSource {
  readonly account: string
  readonly from: Instant
  readonly to: Instant
  readonly verifierKey: string
  /** A checkpoint of before most of it was certified, as an auditor may have saved. */
  readonly saved: SignedCheckpoint
  readonly log: readonly Buffer[]
  readonly certified: readonly CertifiedCalls[]
}

export const SOFTWARE = { version: '0.1.0', commit: 'cd'.repeat(20) }
const SALT = Buffer.alloc(32, 7)
const ORIGIN = 'rollcall.test/audit'

export interface SyntheticOptions {
  readonly windows: number
  readonly callsPerWindow: number
  /** The signing key; one of its own where it is left out. */
  readonly signerKey?: string
  /** Adds so many seconds to the first call: another history, under the same key. */
  readonly secondsMore?: number
  /** Certifies the leaves as this puts them, which no honest signer would. */
  readonly arrange?: (leaves: readonly string[]) => readonly string[]
  /** Of the log when the newest checkpoint is signed, at least: what comes after the certificates is there by its hash alone. */
  readonly records?: number
}

export const syntheticEvidence = ({
  windows,
  callsPerWindow,
  signerKey = generateKey(ORIGIN).signerKey,
  secondsMore = 0,
  arrange,
  records = 0,
}: SyntheticOptions): SyntheticEvidence => {
  const account = 'acme'
  const from = Date.UTC(2026, 0, 14, 18, 30)
  const signer = createSigner(signerKey)
  const log: Buffer[] = []
  const places = new Map<string, bigint>()
  const tree = createTree(createMemoryLevels())
  const append = (type: string, at: Instant, value: string): void => {
    const id = syntheticId(log.length)
    const bytes = auditLeaf(toAuditLogRecord({ id, account, type, subject: canonicalTime(at), notedAt: at + MINUTE, leaseEpoch: 1n, value }))
    places.set(hash('sha256', value), BigInt(log.length))
    log.push(bytes)
    tree.append(leafHash(bytes))
  }
  const signed = (): SignedCheckpoint => {
    const head = { origin: ORIGIN, size: tree.size, root: tree.root() }
    return { ...head, note: signCheckpoint(head, [signer]) }
  }

  let saved: SignedCheckpoint | null = null
  const certified: CertifiedCalls[] = []
  for (let nth = 0; nth < windows; nth += 1) {
    const window = { from: from + nth * WINDOW_MS, to: from + (nth + 1) * WINDOW_MS }
    append('scan', window.from, canonicalJson({ type: 'scan', nth }))
    const calls = Array.from({ length: callsPerWindow }, (_, call) => syntheticCall(account, window.from, nth, call, nth + call === 0 ? secondsMore : 0))
    const texts: string[] = []
    let leaves: readonly string[] = []
    for (const state of ['provisional', 'final'] satisfies CertifiedState[]) {
      leaves = calls.map((call) => callLeaf(call, (name, value) => commit(SALT, name, value))).sort((a, b) => (leafKey(a) < leafKey(b) ? -1 : 1))
      if (arrange !== undefined) leaves = arrange(leaves)
      const before = texts.at(-1)
      const certificate = windowCertificate({
        account,
        window,
        utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES,
        state,
        previous: before === undefined ? null : { sequence: texts.length, sha256: hash('sha256', before) },
        at: window.to + MINUTE,
        calls,
        root: (arrange === undefined ? createWindowTree(leaves, leafKey).root : rootOf(leaves)).toString('hex'),
        listed: calls
          .filter(({ firstSeen }) => firstSeen.poll !== undefined)
          .map(({ fields }) => Object.fromEntries(Object.entries(fields).map(([field, { value }]) => [field, value]))),
        scans: Array.from({ length: state === 'final' ? 2 : 1 }, (_, scan) => syntheticScan(nth, scan, window.to, calls.length)),
        software: { ...SOFTWARE, policySha256: 'ab'.repeat(32) },
        clockSkewMs: 0,
      })
      texts.push(canonicalJson(certificate))
      append('certificate', window.from, texts.at(-1) ?? '')
    }
    certified.push({ windowFrom: window.from, certificates: texts, packedLeaves: packLeaves(leaves) })
    if (nth === 0) saved = signed()
  }
  const other = leafHash('another record')
  while (tree.size < records) tree.append(other)
  const newest = signed()
  const kept: KeptLog = {
    checkpoint: async () => ({ ...newest, signedAt: from }),
    proveInclusion: async (index, size) => ({ index, size, leafHash: tree.leaf(index), path: tree.proveInclusion(index, size) }),
    proveInclusions: async function* (indexes, size) {
      for (const index of indexes) yield { index, size, leafHash: tree.leaf(index), path: tree.proveInclusion(index, size) }
    },
    proveConsistency: async (first, second) => ({ first, second, path: tree.proveConsistency(first, second) }),
  }
  return {
    account,
    from,
    to: from + windows * WINDOW_MS,
    verifierKey: signer.verifierKey,
    saved: saved ?? newest,
    log,
    certified,
    windows: async (_, start, end) => certified.filter(({ windowFrom }) => windowFrom >= start && windowFrom < end),
    certifiedBytes: async (_, start, end) => {
      const within = certified.filter(({ windowFrom }) => windowFrom >= start && windowFrom < end)
      const texts = within.flatMap(({ certificates }) => certificates)
      return { packedLeaves: sum(within.map(({ packedLeaves }) => packedLeaves.length)), certificates: sum(texts.map((text) => Buffer.byteLength(text))) }
    },
    certificateLeaves: async (_, sha256s) => new Map(sha256s.flatMap((sha256) => (places.has(sha256) ? [[sha256, places.get(sha256) ?? 0n]] : []))),
    auditLeaves: async function* (leaves) {
      for (const leaf of leaves) yield log[Number(leaf)] ?? Buffer.alloc(0)
    },
    kept,
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

const rootOf = (leaves: readonly string[]): Buffer => {
  const tree = createTree(createMemoryLevels())
  for (const leaf of leaves) tree.append(leafHash(leaf))
  return tree.root()
}

const syntheticId = (nth: number): string => `00000000-0000-7000-8000-${nth.toString().padStart(12, '0')}`

const syntheticScan = (window: number, nth: number, startedAt: Instant, calls: number): CertifyingScan => ({
  scan: syntheticId(window * 2 + nth),
  startedAt,
  digest: hash('sha256', `${window}|${nth}`),
  listed: calls,
  held: calls,
  found: 0,
  unresolved: 0,
})

/** Every third call was told of by the API alone, and every seventh by a webhook alone. */
const syntheticCall = (account: string, from: Instant, window: number, nth: number, secondsMore: number): CallRecord => {
  const createdAt = from + (nth % 290) * SECOND
  const facts = { account, callSid: hash('sha256', `${window}|${nth}`).slice(0, 32), vendorTime: createdAt, event: null }
  const values = {
    status: nth % 5 === 0 ? 'busy' : 'completed',
    direction: 'outbound-api',
    from: `+9198${(10_000_000 + nth).toString()}`,
    to: `+9197${(20_000_000 + nth).toString()}`,
    createdAt: canonicalTime(createdAt),
    endedAt: canonicalTime(createdAt + 30 * SECOND),
    durationSeconds: `${30 + secondsMore + (nth % 60)}`,
    price: `0.${(nth % 90) + 10}`,
    ...(nth % 2 === 0 ? { recordingUrl: `https://recordings.example/${nth}` } : {}),
  }
  const isClaim = nth % 7 === 6
  const record = merge(null, [
    ...(nth % 3 === 0 ? [] : [{ ...facts, source: 'webhook' as const, receivedAt: createdAt + 31 * SECOND, values }]),
    ...(isClaim && nth % 3 !== 0 ? [] : [{ ...facts, source: 'poll' as const, receivedAt: createdAt + 90 * SECOND, values }]),
  ])
  if (record === null) throw new Error('a call is told of by somebody')
  return record
}
