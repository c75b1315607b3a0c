/**
 * An evidence pack: everything by which somebody without access to us can check what we say of an account and a range of windows
 * (docs/audit-proof.md). Written in one pass, some windows at a time; the calls go in as they are stored, so a day of a million calls costs the
 * reading of it. Nothing is checked here that the verifier checks: a database that was tampered with gives a pack that does not verify.
 */
import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { deflateRaw, inflateRawSync } from 'node:zlib'
import { canonicalJson, type Json } from '@rollcall/domain/certificate/canonical-json'
import { WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import { certifiedWindows } from '../certified-windows.ts'
import { type CertifiedCalls, type EvidenceSource, NoEvidenceError } from '../evidence-source.ts'
import { signedCheckpoint } from '../signed-checkpoint.ts'
import { signedLeaves } from '../signed-leaves.ts'
import { addTotals } from './pack-totals.ts'
import { readVerifier } from './read-verifier.ts'
import { refuseLargePack } from './refuse-large-pack.ts'
import { createZipWriter, type PutBytes, ZIP_BYTES_MAX } from './zip-writer.ts'

export const PACK_FORMAT = 'rollcall-evidence/1'

export interface PackRequest {
  readonly account: string
  /** Both begin a window. */
  readonly from: Instant
  readonly to: Instant
  /** Leaves of the checkpoint that the auditor has saved: the pack proves that the log only grew since. 0: none. */
  readonly savedSize: number
}

export interface WrittenPack {
  readonly checkpoint: SignedCheckpoint
  readonly windows: { readonly certified: number; readonly final: number; readonly uncertified: number }
  readonly calls: number
}

/**
 * @param write takes the zip's bytes in order
 * @param bytesMax what a zip may have
 * @throws NoEvidenceError where certificates are not signed for yet, or the saved checkpoint is of a longer log; before the first byte where there is too much for a zip
 */
export const writeEvidencePack = async (source: EvidenceSource, request: PackRequest, write: PutBytes, bytesMax = ZIP_BYTES_MAX): Promise<WrittenPack> => {
  const { account, from, to, savedSize } = request
  const checkpoint = await signedCheckpoint(source.kept)
  if (savedSize > checkpoint.size)
    throw new NoEvidenceError(
      `The checkpoint that you saved has ${savedSize} records and ours has ${checkpoint.size}: the log was rolled back, or that checkpoint is of another one.`,
    )
  await refuseLargePack(source, account, { from, to }, bytesMax)
  const zip = createZipWriter(write, bytesMax)
  const files: { readonly name: string; readonly bytes: number; readonly sha256: string; readonly packedSha256: string }[] = []
  const add = async (name: string, content: Uint8Array, given?: Uint8Array): Promise<void> => {
    const packed = given ?? (await deflate(content))
    files.push({ name, bytes: content.length, sha256: hash('sha256', content), packedSha256: hash('sha256', packed) })
    await zip.add({ name, method: 'deflated', content, packed })
  }

  const windows: { readonly from: Instant; readonly texts: readonly string[]; readonly inForce: WindowCertificate }[] = []
  for await (const window of certifiedWindows(source, account, from, to)) {
    const inForce = certificateInForce(window)
    await add(callsName(window.windowFrom), inflateRawSync(window.packedLeaves), window.packedLeaves)
    windows.push({ from: window.windowFrom, texts: window.certificates, inForce })
  }
  const { records, proofs } = await proveCertificates(source, account, checkpoint.size, windows)
  await add('certificates.jsonl', Buffer.from(records.join('\n')))
  await add('proofs.jsonl', Buffer.from(proofs.join('\n')))
  await add('checkpoint.txt', Buffer.from(checkpoint.note))
  const { path } = savedSize === 0 ? { path: [] } : await source.kept.proveConsistency(savedSize, checkpoint.size)
  await add('consistency.json', Buffer.from(canonicalJson({ first: savedSize, second: checkpoint.size, path: path.map(base64) })))
  const { script, specification } = await readVerifier()
  await add('verify.mjs', script)
  await add('audit-proof.md', specification)

  const certified = new Set(windows.map((window) => window.from))
  const uncertified: string[] = []
  for (let at = from; at < to; at += WINDOW_MS) if (!certified.has(at)) uncertified.push(canonicalTime(at))
  const inForce = windows.map((window) => window.inForce)
  const listed = inForce.flatMap((certificate) => certificate.listed ?? [])
  const manifest = {
    format: PACK_FORMAT,
    account,
    from: canonicalTime(from),
    to: canonicalTime(to),
    checkpoint: { origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root.toString('hex') },
    windows: { certified: windows.length, final: inForce.filter(({ state }) => state !== 'provisional').length, uncertified },
    calls: { leaves: sum(inForce.map(({ tree }) => tree.leaves)), unverified: sum(inForce.map(({ counts }) => counts.unverified)) },
    totals: addTotals(inForce.map(({ totals }) => totals)),
    listed: listed.length === inForce.length ? addTotals(listed) : null,
    files: files.sort((a, b) => (a.name < b.name ? -1 : 1)),
  } satisfies Json
  const text = Buffer.from(canonicalJson(manifest))
  await zip.add({ name: 'manifest.json', method: 'stored', content: text, packed: text })
  await zip.finish()
  return { checkpoint, windows: { ...manifest.windows, uncertified: uncertified.length }, calls: manifest.calls.leaves }
}

/** Off the main thread: the certificates of a month are some 40 MB. */
const deflate = promisify(deflateRaw) as (bytes: Uint8Array) => Promise<Buffer>

/** Name of a window's calls within the pack; a colon is no letter of a file's name on every system. */
const callsName = (from: Instant): string => `calls/${canonicalTime(from).replaceAll(':', '-')}.jsonl`

const certificateInForce = ({ windowFrom, certificates }: CertifiedCalls): WindowCertificate => {
  const newest = certificates.at(-1)
  if (newest === undefined) throw new NoEvidenceError(`The window of ${canonicalTime(windowFrom)} has calls and no certificate.`)
  return WindowCertificate.parse(JSON.parse(newest))
}

/** Each certificate as a record of the log, and its proof, window by window. */
const proveCertificates = async (source: EvidenceSource, account: string, size: number, windows: readonly { readonly texts: readonly string[] }[]) => {
  const wanted = windows.flatMap(({ texts }) => texts.map((text) => hash('sha256', text)))
  const leaves = await signedLeaves(source, account, wanted, size)
  const inOrder = [...leaves.values()].sort((a, b) => (a < b ? -1 : 1))
  const records = new Map<bigint, string>()
  let nth = 0
  for await (const bytes of source.auditLeaves(inOrder)) records.set(inOrder[nth++] ?? -1n, bytes.toString('utf8'))
  const proofs: string[] = []
  const places = wanted.map((sha256) => Number(leaves.get(sha256)))
  for await (const { index, path } of source.kept.proveInclusions(places, size)) proofs.push(canonicalJson({ leaf: index, path: path.map(base64) }))
  return { records: wanted.map((sha256) => records.get(leaves.get(sha256) ?? -1n) ?? ''), proofs }
}

const base64 = (bytes: Buffer): string => bytes.toString('base64')
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
