import { hash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import { createZipWriter } from '@rollcall/evidence/pack/zip-writer'

/** Files that the manifest is silent about. */
export const BESIDE = 'beside/'

/** A pack of these files as somebody would make it who knows how: the container fits, and so does what the manifest says of files. */
export const remakePack = async (files: ReadonlyMap<string, Buffer>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  const zip = createZipWriter(async (bytes) => void parts.push(bytes))
  const described: object[] = []
  for (const [name, content] of files) {
    if (name === 'manifest.json') continue
    const packed = deflateRawSync(content)
    if (!name.startsWith(BESIDE)) described.push({ name, bytes: content.length, sha256: hash('sha256', content), packedSha256: hash('sha256', packed) })
    await zip.add({ name, method: 'deflated', content, packed })
  }
  const text = describe(files.get('manifest.json') ?? Buffer.alloc(0), described)
  await zip.add({ name: 'manifest.json', method: 'stored', content: text, packed: text })
  await zip.finish()
  return Buffer.concat(parts)
}

/** As it is, where it is no JSON any more. */
const describe = (manifest: Buffer, files: readonly object[]): Buffer => {
  try {
    const sorted = files.toSorted((a, b) => ((a as { name: string }).name < (b as { name: string }).name ? -1 : 1))
    return Buffer.from(canonicalJson({ ...JSON.parse(manifest.toString()), files: sorted }))
  } catch {
    return manifest
  }
}
