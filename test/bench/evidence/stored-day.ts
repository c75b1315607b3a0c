import { hash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { CertifiedCalls, EvidenceSource } from '@rollcall/evidence/evidence-source'
import { type SyntheticEvidence, syntheticEvidence } from '@rollcall/evidence/testing/synthetic-evidence'
import type { KeptLog } from '@rollcall/transparency-log/kept/kept-log'
import { leafHash } from '@rollcall/transparency-log/tree/hash'
import { createMemoryLevels } from '@rollcall/transparency-log/tree/memory-levels'
import { createTree } from '@rollcall/transparency-log/tree/tree'

export interface StoredDay extends EvidenceSource {
  readonly account: string
  readonly from: number
  readonly to: number
  readonly verifierKey: string
}

interface Index {
  readonly account: string
  readonly from: number
  readonly to: number
  readonly verifierKey: string
  readonly note: string
  readonly root: string
  readonly origin: string
  readonly log: readonly string[]
  readonly certificates: readonly (readonly string[])[]
  readonly places: readonly (readonly [string, string])[]
}

/** Writes a day of certified calls, a file for each window, so that whoever exports it holds no more of it than a database would give. */
export const makeDay = async (directory: string, windows: number, callsPerWindow: number): Promise<void> => {
  const made = syntheticEvidence({ windows, callsPerWindow })
  const checkpoint = await made.kept.checkpoint()
  if (checkpoint === null) throw new Error('nothing was signed')
  for (const [nth, { packedLeaves }] of made.certified.entries()) await writeFile(join(directory, `window-${nth}`), packedLeaves)
  const { account, from, to, verifierKey, log, certified } = made
  const index: Index = {
    account,
    from,
    to,
    verifierKey,
    note: checkpoint.note,
    root: checkpoint.root.toString('hex'),
    origin: checkpoint.origin,
    log: log.map(String),
    certificates: certified.map(({ certificates }) => certificates),
    places: [...(await placesOf(made))],
  }
  await writeFile(join(directory, 'index.json'), JSON.stringify(index))
}

const placesOf = async ({ account, certified, certificateLeaves }: SyntheticEvidence): Promise<Iterable<readonly [string, string]>> => {
  const leaves = await certificateLeaves(
    account,
    certified.flatMap(({ certificates }) => certificates.map((text) => hash('sha256', text))),
  )
  return [...leaves].map(([sha256, leaf]) => [sha256, leaf.toString()] as const)
}

export const openDay = async (directory: string): Promise<StoredDay> => {
  const index = JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')) as Index
  const tree = createTree(createMemoryLevels())
  for (const record of index.log) tree.append(leafHash(Buffer.from(record)))
  const places = new Map(index.places.map(([sha256, leaf]) => [sha256, BigInt(leaf)]))
  const kept: KeptLog = {
    checkpoint: async () => ({ origin: index.origin, size: tree.size, root: Buffer.from(index.root, 'hex'), note: index.note, signedAt: 0 }),
    proveInclusion: async (at, size) => ({ index: at, size, leafHash: tree.leaf(at), path: tree.proveInclusion(at, size) }),
    proveInclusions: async function* (indexes, size) {
      for (const at of indexes) yield { index: at, size, leafHash: tree.leaf(at), path: tree.proveInclusion(at, size) }
    },
    proveConsistency: async (first, second) => ({ first, second, path: tree.proveConsistency(first, second) }),
  }
  return {
    account: index.account,
    from: index.from,
    to: index.to,
    verifierKey: index.verifierKey,
    kept,
    windows: async (_, from, to) => {
      const windows: CertifiedCalls[] = []
      for (let at = from; at < to; at += WINDOW_MS) {
        const nth = (at - index.from) / WINDOW_MS
        const certificates = index.certificates[nth]
        if (certificates !== undefined) windows.push({ windowFrom: at, certificates, packedLeaves: await readFile(join(directory, `window-${nth}`)) })
      }
      return windows
    },
    certifiedBytes: async (_, from, to) => {
      const sizes = { packedLeaves: 0, certificates: 0 }
      for (let nth = (from - index.from) / WINDOW_MS; nth < (to - index.from) / WINDOW_MS; nth += 1) {
        sizes.packedLeaves += (await stat(join(directory, `window-${nth}`))).size
        for (const text of index.certificates[nth] ?? []) sizes.certificates += Buffer.byteLength(text)
      }
      return sizes
    },
    certificateLeaves: async (_, sha256s) => new Map(sha256s.flatMap((sha256) => (places.has(sha256) ? [[sha256, places.get(sha256) ?? 0n]] : []))),
    auditLeaves: async function* (leaves) {
      for (const leaf of leaves) yield Buffer.from(index.log[Number(leaf)] ?? '')
    },
  }
}
