import { hash } from 'node:crypto'

/** Every hash of a tree is a SHA-256. */
export const HASH_BYTES = 32

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** Of a leaf's bytes, those of a text in UTF-8 (RFC 6962 §2.1): a leaf and a node never hash the same text, so neither can be shown as the other. */
export const leafHash = (data: Uint8Array | string): Buffer => hash('sha256', typeof data === 'string' ? `\0${data}` : Buffer.concat([LEAF, data]), 'buffer')

/** Of two subtrees, the left one first. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => hash('sha256', Buffer.concat([NODE, left, right]), 'buffer')

/** The root of a tree without leaves. */
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer')
