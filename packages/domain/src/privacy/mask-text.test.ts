import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskText } from './mask-text.ts'

describe('a masked payload', () => {
  it.each([
    ['{"CallSid":"23c1f","From":"09000000001","Price":1.5,"CustomField":null', '{"CallSid":"00x0x","From":"00000000000","Price":0.0,"CustomField":xxxx'],
    ['CallSid=23c1&Legs%5B0%5D%5BStatus%5D=busy&From=%2B9190', 'CallSid=00x0&Legs%5B0%5D%5BStatus%5D=xxxx&From=%0x0000'],
    ['--x\r\nContent-Disposition: form-data; name="CallSid"\r\n\r\n23c1\r\n--x--', '--x\r\nContent-Disposition: form-data; name="CallSid"\r\n\r\n00x0\r\n--x--'],
    ['<CallSid>23c1</CallSid>', '<xxxxxxx>00x0</xxxxxxx>'],
    ['My name is अनिल, 9000000001', 'xx xxxx xx ····, 0000000000'],
    ['{"data":{"9000000001":{"a9000000001":1}}}', '{"data":{"0000000000":{"x0000000000":0}}}'],
    ['{"CustomField":"{\\"name\\":\\"Anil\\"}"}', '{"CustomField":"{\\"xxxx\\":\\"xxxx\\"}"}'],
  ])('of %j is %j', (text, masked) => expect(maskText(text)).toBe(masked))

  it('has no digit but 0, and as many characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (value) => {
        const masked = maskText(JSON.stringify({ From: value }))
        expect(masked).not.toMatch(/[1-9]/)
        expect(masked.length).toBe(JSON.stringify({ From: value }).length)
        expect(masked.startsWith('{"From":"')).toBe(true)
      }),
    )
  })

  it('takes no longer for a text that was made to', () => {
    const began = performance.now()
    for (const piece of ['"a', 'name="', '&a', 'Content-Disposition: form-data; name="a', '"a" ', `"a"${' '.repeat(100)}`]) maskText(piece.repeat(50_000))
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})
