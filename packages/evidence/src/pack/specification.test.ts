/** Whoever writes another verifier has the page alone: it names every member that there is, and every claim. */
import { describe, expect, it } from 'vitest'
import { readZip } from '../testing/read-zip.ts'
import { syntheticEvidence } from '../testing/synthetic-evidence.ts'
import { readVerifier, VERIFIER_FILE } from './read-verifier.ts'
import { writeEvidencePack } from './write-evidence-pack.ts'

/** What is in these is named by what was told, not by us. */
const OPEN = ['byStatus', 'fields', 'headers', 'commitments']

const membersOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(membersOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [name, ...(OPEN.includes(name) ? [] : membersOf(member))])
}

const evidence = syntheticEvidence({ windows: 1, callsPerWindow: 20 })
const { account, from, to } = evidence
const parts: Uint8Array[] = []
await writeEvidencePack(evidence, { account, from, to, savedSize: 1 }, async (bytes) => void parts.push(bytes))
const files = readZip(Buffer.concat(parts))
const linesOf = (name: string): readonly unknown[] =>
  String(files.get(name))
    .split('\n')
    .map((line) => JSON.parse(line))
const certificates = linesOf('certificates.jsonl').map((record) => JSON.parse((record as { readonly value: string }).value))
const [calls = ''] = [...files.keys()].filter((name) => name.startsWith('calls/'))

describe('the page', async () => {
  const { specification } = await readVerifier()
  const page = String(specification)
  const named = new Set([...page.matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) => code.split(/[^A-Za-z0-9]+/)))

  it.each<[string, unknown]>([
    ['the manifest', linesOf('manifest.json')],
    ['the consistency proof', linesOf('consistency.json')],
    ['a proof', linesOf('proofs.jsonl')],
    ['a record of the log', linesOf('certificates.jsonl')],
    ['a certificate', certificates],
    ['a call', linesOf(calls)],
  ])('names every member of %s', (_, value) => {
    const members = [...new Set(membersOf(value))]
    expect(members.length).toBeGreaterThan(1)
    expect(members.filter((name) => !named.has(name))).toEqual([])
  })

  it('names every file, and every claim that the verifier makes', async () => {
    const { CLAIMS, CALL_CLAIMS } = (await import(VERIFIER_FILE.href)) as Readonly<Record<'CLAIMS' | 'CALL_CLAIMS', Readonly<Record<string, string>>>>
    for (const claim of [...Object.keys(CLAIMS), ...Object.keys(CALL_CLAIMS)]) expect(page).toContain(`_${claim}_`)
    for (const file of files.keys()) if (file !== calls) expect(page).toContain(`\`${file}\``)
  })
})
