import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditLeaf } from './audit-leaf.ts'

const record = fc.record({
  key: fc.string(),
  headers: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true, maxKeys: 4 }),
  value: fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.string().map((text) => new Uint8Array(Buffer.from(text))),
  ),
})

describe('a leaf', () => {
  it('differs where anything of the record does, and is the same whatever the order of the headers', () => {
    fc.assert(
      fc.property(record, record, (a, b) => {
        const same =
          a.key === b.key && Buffer.from(a.value).equals(b.value) && JSON.stringify(Object.entries(a.headers).sort()) === JSON.stringify(Object.entries(b.headers).sort())
        expect(auditLeaf(a).equals(auditLeaf(b))).toBe(same)
        expect(auditLeaf({ ...a, headers: Object.fromEntries(Object.entries(a.headers).toReversed()) })).toEqual(auditLeaf(a))
      }),
    )
  })

  it('holds the value as it is, in one line', () => {
    expect(auditLeaf({ key: 'acme', headers: { ce_type: 'b', ce_id: 'a' }, value: Buffer.from('{"type":"run"}\n') }).toString()).toBe(
      '{"headers":{"ce_id":"a","ce_type":"b"},"key":"acme","value":"{\\"type\\":\\"run\\"}\\n"}',
    )
    expect(auditLeaf({ key: 'acme', headers: {}, value: Uint8Array.of(0xff) }).toString()).toBe('{"headers":{},"key":"acme","value64":"/w=="}')
  })
})
