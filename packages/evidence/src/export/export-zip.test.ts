import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TABLE_FORMATS, type TableFormat } from '@rollcall/contracts/audit-api/export'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readZip } from '../testing/read-zip.ts'
import { SOFTWARE, syntheticEvidence } from '../testing/synthetic-evidence.ts'
import { exportCalls } from './export-calls.ts'
import { writeExportZip } from './export-zip.ts'

const evidence = syntheticEvidence({ windows: 2, callsPerWindow: 520 })
const { account, from, to } = evidence
const bytesOf = async (write: (put: (bytes: Uint8Array) => Promise<void>) => Promise<unknown>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  await write(async (bytes) => void parts.push(bytes))
  return Buffer.concat(parts)
}
const zipped = (format: TableFormat) => bytesOf((put) => writeExportZip(evidence, { account, from, to, format, software: SOFTWARE }, put))

describe('a table in a zip', () => {
  it.each(TABLE_FORMATS)('as %s is the table that rollcall export writes, and its manifest', async (format) => {
    const files = readZip(await zipped(format))
    const [name = ''] = files.keys()
    expect([...files.keys()]).toEqual([`calls.${format === 'csv-raw' ? 'csv' : format}`, 'manifest.json'])
    const table = files.get(name) ?? Buffer.alloc(0)
    expect(table.equals(await bytesOf((put) => exportCalls(evidence, { account, from, to, format, software: SOFTWARE }, put)))).toBe(true)
    const manifest = JSON.parse(String(files.get('manifest.json')))
    expect(manifest).toMatchObject({ rows: 2 * 520, parameters: { format }, file: { bytes: table.length, sha256: hash('sha256', table) } })
  })

  it.each(['csv', 'parquet'] as const)('as %s is opened by what is none of ours, every byte of it checked, and not when its end is missing', async (format) => {
    const directory = mkdtempSync(join(tmpdir(), 'rollcall-zip-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const zip = await zipped(format)
    const test = (bytes: Buffer): string => {
      writeFileSync(join(directory, 'a.zip'), bytes)
      try {
        return execFileSync('python3', ['-c', 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())', join(directory, 'a.zip')], { encoding: 'utf8', stdio: 'pipe' })
      } catch {
        return 'does not open'
      }
    }
    expect(test(zip)).toBe('None\n')
    for (const cut of [1, zip.length >> 1]) expect(test(zip.subarray(0, zip.length - cut))).toBe('does not open')
  })

  it('waits for whoever takes it, and ends with their error', async () => {
    let open = 0
    const taken = writeExportZip(evidence, { account, from, to, format: 'csv', software: SOFTWARE }, async () => {
      open += 1
      expect(open).toBe(1)
      await Promise.resolve()
      open -= 1
    })
    await taken
    let puts = 0
    const gone = new Error('gone')
    const broken = writeExportZip(evidence, { account, from, to, format: 'csv', software: SOFTWARE }, async () => {
      puts += 1
      if (puts === 3) throw gone
    })
    await expect(broken).rejects.toBe(gone)
    expect(puts).toBe(3)
  })
})
