import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSignedCertificate } from '@rollcall/exotel/testing/self-signed-certificate'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const RSA_BITS = 2_048

/** An RSA key pair, made anew. */
export const signingKey = (kid: string): SigningKey => ({ kid, ...generateKeyPairSync('rsa', { modulusLength: RSA_BITS }) })

export interface Issuer {
  readonly keysUrl: string
  /** Of its certificate: who trusts it trusts this issuer. */
  readonly certificate: string
  /** What it publishes, and what it answers. */
  published: readonly SigningKey[]
  answers: 'keys' | 'an error' | 'no json' | 'elsewhere' | 'nothing'
  /** How often its keys were asked for. */
  asked: number
  /** From now on it shows a certificate that nobody trusts, or the one before. */
  showCertificate(which: 'its own' | 'another'): void
  close(): void
}

/** Publishes keys by https on this machine, as an issuer of tokens does. */
export const openIssuer = async (): Promise<Issuer> => {
  const [own, another] = [selfSignedCertificate(Date.now()), selfSignedCertificate(Date.now())]
  const server = createServer(own, (request, response) => {
    issuer.asked += 1
    if (issuer.answers === 'nothing') return void request.socket.destroy()
    if (issuer.answers === 'an error') return void response.writeHead(500).end()
    if (issuer.answers === 'elsewhere') return void response.writeHead(302, { location: '/elsewhere' }).end()
    if (issuer.answers === 'no json') return void response.end('<html>')
    const keys = issuer.published.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }))
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer: Issuer = {
    keysUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    certificate: own.cert,
    published: [],
    answers: 'keys',
    asked: 0,
    showCertificate: (which) => {
      server.setSecureContext(which === 'its own' ? own : another)
      server.closeAllConnections()
    },
    close: () => void server.close().closeAllConnections(),
  }
  return issuer
}
