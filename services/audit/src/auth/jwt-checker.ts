import type { Clock } from '@rollcall/domain/time'
import { OperatorError } from '@rollcall/service/operator-error'
import { createRemoteJWKSet, customFetch } from 'jose'
import type { AuditConfig } from '../config.ts'
import { checkJwt } from './check-jwt.ts'
import type { Principal } from './principal.ts'

const JWKS_MS_MAX = 3_000
/** A key that the issuer takes back is taken for so long yet, and for so long the issuer may be away unnoticed. */
const JWKS_AGE_MS_MAX = 600_000
/** A `kid` that is not among the keys may be a new one, or anybody's invention: for so long after keys came, they are not asked for again. */
const UNKNOWN_KID_MS_MIN = 30_000
/** Where no keys come, whoever sends tokens cannot make more than this of the issuer. */
const ASKED_EVERY_MS_MIN = 1_000

type OidcConfig = Pick<AuditConfig, 'AUDIT_OIDC_ISSUER' | 'AUDIT_OIDC_AUDIENCE' | 'AUDIT_OIDC_JWKS_URL' | 'AUDIT_OIDC_ALGORITHM'>

/** Checks JWTs of the configured issuer; null where none is configured. @param monotonic milliseconds. @throws OperatorError where only a part of it is */
export const jwtChecker = (config: OidcConfig, clock: Clock, monotonic: () => number): ((token: string) => Promise<Principal>) | null => {
  const { AUDIT_OIDC_ISSUER: issuer, AUDIT_OIDC_AUDIENCE: audience, AUDIT_OIDC_JWKS_URL: keysUrl, AUDIT_OIDC_ALGORITHM: algorithm } = config
  if (issuer === undefined && audience === undefined && keysUrl === undefined) return null
  if (issuer === undefined || audience === undefined || keysUrl === undefined)
    throw new OperatorError('AUDIT_OIDC_ISSUER, AUDIT_OIDC_AUDIENCE and AUDIT_OIDC_JWKS_URL: some are set and some are not; needed are all three, or none.')
  const keys = createRemoteJWKSet(new URL(keysUrl), {
    timeoutDuration: JWKS_MS_MAX,
    cacheMaxAge: JWKS_AGE_MS_MAX,
    cooldownDuration: UNKNOWN_KID_MS_MIN,
    [customFetch]: spacedFetch(monotonic),
  })
  return checkJwt({ issuer, audience, algorithm, clock, keys })
}

const spacedFetch = (monotonic: () => number): typeof fetch => {
  let askedAt = Number.NEGATIVE_INFINITY
  return async (...asked) => {
    if (monotonic() < askedAt + ASKED_EVERY_MS_MIN) throw new Error('the issuer was asked a moment ago')
    askedAt = monotonic()
    return fetch(...asked)
  }
}
