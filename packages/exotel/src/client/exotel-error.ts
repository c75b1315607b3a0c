/** What went wrong with a request, with whether trying again can help and what an operator should do about it. */
const KINDS = {
  'timed-out': { retryable: true, advice: 'Exotel was slow; nothing to do unless it lasts.' },
  'not-reached': { retryable: true, advice: 'Check the network and the DNS from this host to baseUrl.' },
  'connection-lost': { retryable: true, advice: 'The connection broke off; nothing to do unless it lasts. Then check proxies and firewalls between this host and baseUrl.' },
  'not-trusted': { retryable: false, advice: "The TLS certificate was not accepted. Check baseUrl and this host's CA certificates; do not turn verification off." },
  'not-tls': { retryable: false, advice: 'Something there does not speak TLS as it should. Check the scheme and the port of baseUrl, and proxies on the way.' },
  'rate-limited': { retryable: true, advice: "Requests already slow down by themselves. If it lasts, lower the account's rateShare or ask Exotel for a higher limit." },
  'server-error': { retryable: true, advice: 'Exotel failed on its side; nothing to do unless it lasts.' },
  unavailable: { retryable: true, advice: 'Exotel failed so often that it is left alone for a while; it is asked again by itself.' },
  'not-authenticated': {
    retryable: false,
    advice: 'Check the account sid, the files named by apiKeyFile and apiTokenFile, and that cluster (or baseUrl) is the one this account lives in.',
  },
  'not-enabled': { retryable: false, advice: 'Ask Exotel support to enable this API for the account; reconciliation needs the bulk call details API.' },
  'payment-needed': { retryable: false, advice: "The account's plan or credit does not allow this. Settle it with Exotel." },
  'kyc-incomplete': { retryable: false, advice: "Complete the account's KYC in the Exotel dashboard." },
  'address-not-allowed': { retryable: false, advice: "Have this host's public address allowed in the Exotel dashboard, or by Exotel support." },
  forbidden: { retryable: false, advice: "Ask Exotel support about the account's KYC state and whether this host's address must be allowed." },
  'not-found': { retryable: false, advice: 'Check the account sid, and that cluster (or baseUrl) is the one this account lives in.' },
  rejected: {
    retryable: false,
    advice: 'Exotel refused the request as such. If the dates are older than six months or more than one month apart, narrow them; otherwise report it.',
  },
  redirected: { retryable: false, advice: 'Redirects are not followed, because credentials would go along. Set baseUrl to the final address.' },
  'too-large': { retryable: false, advice: 'The answer is larger than any real one. Check that baseUrl is Exotel.' },
  html: { retryable: true, advice: 'A web page came instead of an answer, often from a gateway or a proxy. If it lasts, check baseUrl and proxies on the way.' },
  xml: { retryable: false, advice: 'XML came although JSON was asked for. Check that baseUrl is the address of the API itself, and that no proxy changes paths or headers.' },
  'not-json': { retryable: true, advice: 'The answer was not whole, or something other than the API gave it. If it lasts, check baseUrl and proxies on the way.' },
  'wrong-shape': { retryable: false, advice: "The answer is not one this version knows. Keep it, and report it together with this message's field." },
  stopped: { retryable: false, advice: 'It was asked to stop; nothing to do.' },
} as const satisfies Record<string, { retryable: boolean; advice: string }>

export type ExotelErrorKind = keyof typeof KINDS

export interface ExotelErrorDetails {
  readonly status?: number | undefined
  /** How long Exotel asked us to be silent, or how long it is left alone. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** Its message names what happened and where; never a secret, a phone number, or the vendor's own text, which may quote one. */
export class ExotelError extends Error {
  override readonly name = 'ExotelError'
  readonly kind: ExotelErrorKind
  readonly retryable: boolean
  readonly advice: string
  readonly status: number | null
  readonly retryAfterMs: number | null

  constructor(kind: ExotelErrorKind, message: string, { status, retryAfterMs, cause }: ExotelErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.kind = kind
    this.retryable = KINDS[kind].retryable
    this.advice = KINDS[kind].advice
    this.status = status ?? null
    this.retryAfterMs = retryAfterMs ?? null
  }
}
