import { generateKeyPairSync, sign } from 'node:crypto'

/** One DER value: tag, length, content. */
const der = (tag: number, ...content: Uint8Array[]): Buffer => {
  const body = Buffer.concat(content)
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const sequence = (...content: Uint8Array[]) => der(0x30, ...content)
const utcTime = (at: number) => der(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

const ED25519 = sequence(der(0x06, Buffer.from([0x2b, 0x65, 0x70])))
const COMMON_NAME = Buffer.from([0x55, 0x04, 0x03])
/** Version 3, and subjectAltName: the address 127.0.0.1. Without it whoever trusts the certificate would still not take it for that host's. */
const VERSION = der(0xa0, der(0x02, Buffer.from([2])))
const EXTENSIONS = der(0xa3, sequence(sequence(der(0x06, Buffer.from([0x55, 0x1d, 0x11])), der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])))))))
const DAY_MS = 86_400_000

/** A certificate for 127.0.0.1 that no one vouches for but itself, made anew for each test so that no private key lies in the repository. */
export const selfSignedCertificate = (now: number): { readonly key: string; readonly cert: string } => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const name = sequence(der(0x31, sequence(der(0x06, COMMON_NAME), der(0x0c, Buffer.from('127.0.0.1')))))
  const validity = sequence(utcTime(now - DAY_MS), utcTime(now + DAY_MS))
  const body = sequence(VERSION, der(0x02, Buffer.from([1])), ED25519, name, validity, name, publicKey.export({ type: 'spki', format: 'der' }), EXTENSIONS)
  const certificate = sequence(body, ED25519, der(0x03, Buffer.from([0]), sign(null, body, privateKey)))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  }
}
