/** Tricks on bytes, after they were encoded: what a bad line, a bad proxy or a bad sender makes of a request. */
import type { Chance } from './chance.ts'

export type ByteTrick = (bytes: Buffer, chance: Chance) => Buffer

const cut = (bytes: Buffer, from: number, to: number, between: Uint8Array = Buffer.alloc(0)): Buffer => Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)])

const span = (bytes: Buffer, chance: Chance, longest: number): readonly [from: number, to: number] => {
  const from = chance.below(bytes.length + 1)
  return [from, Math.min(bytes.length, from + chance.below(longest + 1))]
}

const NOT_UTF8 = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xe2, 0x82]].map((bytes) => Buffer.from(bytes))
const SYNTAX = ['"', '\\', '{', '}', '[', ']', ',', ':', '\r\n', '\r\n\r\n', '--', '&', '=', '%', '+', ';', '\0', '\\u0000', '\\ud800', "'"].map((text) => Buffer.from(text))

export const BYTE_TRICKS: Readonly<Record<string, ByteTrick>> = {
  truncate: (bytes, chance) => bytes.subarray(0, chance.below(bytes.length + 1)),
  behead: (bytes, chance) => bytes.subarray(chance.below(bytes.length + 1)),
  flip: (bytes, chance) => {
    const copy = Buffer.from(bytes)
    for (let flips = 1 + chance.below(8); flips > 0 && copy.length > 0; flips -= 1) {
      const at = chance.below(copy.length)
      copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8))
    }
    return copy
  },
  noise: (bytes, chance) =>
    cut(
      bytes,
      ...span(bytes, chance, 16),
      Uint8Array.from({ length: chance.below(16) }, () => chance.below(256)),
    ),
  syntax: (bytes, chance) => cut(bytes, ...span(bytes, chance, 1), chance.pick(SYNTAX)),
  'not-utf8': (bytes, chance) => cut(bytes, ...span(bytes, chance, 2), chance.pick(NOT_UTF8)),
  nul: (bytes, chance) => cut(bytes, ...span(bytes, chance, 1), Buffer.alloc(1 + chance.below(4))),
  delete: (bytes, chance) => cut(bytes, ...span(bytes, chance, 64)),
  repeat: (bytes, chance) => {
    const [from, to] = span(bytes, chance, 256)
    return cut(bytes, to, to, Buffer.concat(Array.from({ length: 1 + chance.below(32) }, () => bytes.subarray(from, to))))
  },
  twice: (bytes) => Buffer.concat([bytes, bytes]),
  'line-feeds': (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  'byte-order-mark': (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  'second-name': (bytes) => Buffer.from(bytes.toString('latin1').replace('{', '{"CallSid":"another","Status":"busy",'), 'latin1'),
}
