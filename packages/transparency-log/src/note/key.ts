/**
 * Ed25519 keys as C2SP signed-note and Go's golang.org/x/mod/sumdb/note write them:
 *
 *   verifier key: <name>+<key id in hex>+<base64 of 0x01 ‖ public key>
 *   signer key:   PRIVATE+KEY+<name>+<key id in hex>+<base64 of 0x01 ‖ seed>
 *
 * The key id is the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key): a hint at which key signed, and no more than that.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify } from 'node:crypto'

const ED25519 = 0x01
const KEY_BYTES = 32
const KEY_ID_BYTES = 4
const SIGNATURE_BYTES = 64
const SIGNER_PREFIX = 'PRIVATE+KEY+'
/** What RFC 8410 puts before the 32 bytes of a key. */
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex')

export interface Verifier {
  readonly name: string
  /** Four bytes. */
  readonly keyId: Buffer
  /** The verifier key's text. */
  readonly text: string
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

export interface Signer extends Pick<Verifier, 'name' | 'keyId'> {
  /** What others verify with. */
  readonly verifierKey: string
  sign(message: Uint8Array): Buffer
}

export const createVerifier = (text: string): Verifier => {
  const { name, keyId, key } = parseKey(text, '')
  if (!keyIdOf(name, key).equals(keyId)) throw new KeyError('its key id is not that of its key')
  const publicKey = createPublicKey({ key: Buffer.concat([PUBLIC_DER, key]), format: 'der', type: 'spki' })
  return { name, keyId, text, verify: (message, signature) => signature.length === SIGNATURE_BYTES && verify(null, message, publicKey, signature) }
}

export const createSigner = (text: string): Signer => {
  const { name, keyId, key } = parseKey(text, SIGNER_PREFIX)
  const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE_DER, key]), format: 'der', type: 'pkcs8' })
  const publicKey = publicBytes(privateKey)
  if (!keyIdOf(name, publicKey).equals(keyId)) throw new KeyError('its key id is not that of its key')
  return { name, keyId, verifierKey: textOf('', name, publicKey, publicKey), sign: (message) => sign(null, message, privateKey) }
}

/** A new key under this name, which is usually a domain and a path, such as `rollcall.example.com/audit`. */
export const generateKey = (name: string): { readonly signerKey: string; readonly verifierKey: string } => {
  if (!isKeyName(name)) throw new KeyError('a name has no blanks and no plus')
  const { privateKey } = generateKeyPairSync('ed25519')
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PRIVATE_DER.length)
  const publicKey = publicBytes(privateKey)
  return { signerKey: textOf(SIGNER_PREFIX, name, publicKey, seed), verifierKey: textOf('', name, publicKey, publicKey) }
}

/** The text of a key cannot be read, or contradicts itself. Never says what the key is. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
  constructor(why: string) {
    super(`not a key for signed notes: ${why}`)
  }
}

export const isKeyName = (name: string): boolean => name !== '' && !/[\s+]/u.test(name)

const publicBytes = (privateKey: KeyObject): Buffer => createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_DER.length)

const keyIdOf = (name: string, publicKey: Uint8Array): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Uint8Array.of(ED25519), publicKey]), 'buffer').subarray(0, KEY_ID_BYTES)

const textOf = (prefix: string, name: string, publicKey: Uint8Array, key: Uint8Array): string =>
  `${prefix}${name}+${keyIdOf(name, publicKey).toString('hex')}+${Buffer.concat([Uint8Array.of(ED25519), key]).toString('base64')}`

const parseKey = (text: string, prefix: string): { readonly name: string; readonly keyId: Buffer; readonly key: Buffer } => {
  if (!text.startsWith(prefix)) throw new KeyError(`it does not begin with ${prefix}`)
  // Base64 may hold a plus, so only the first two separate.
  const [, name, keyId, encoded] = /^([^+]*)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.slice(prefix.length)) ?? []
  if (name === undefined || keyId === undefined || encoded === undefined || !isKeyName(name)) throw new KeyError('its parts are name, key id and key, with a plus between')
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes[0] !== ED25519 || bytes.length !== 1 + KEY_BYTES || bytes.toString('base64') !== encoded) throw new KeyError('it is not an Ed25519 key of 32 bytes')
  return { name, keyId: Buffer.from(keyId, 'hex'), key: bytes.subarray(1) }
}
