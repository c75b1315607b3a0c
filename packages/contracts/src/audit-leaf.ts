import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'

/**
 * The bytes that a leaf of the audit topic's tree is a hash of: canonical JSON of the record's key, headers and value, so that nothing of a
 * record can be changed without its leaf changing. A value that is no UTF-8 text, which Rollcall never writes, stands as base64.
 */
export const auditLeaf = ({ key, headers, value }: { readonly key: string; readonly headers: Readonly<Record<string, string>>; readonly value: Uint8Array }): Buffer => {
  const bytes = Buffer.from(value)
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text).equals(bytes)
  return Buffer.from(canonicalJson({ key, headers: { ...headers }, ...(isText ? { value: text } : { value64: bytes.toString('base64') }) }))
}
