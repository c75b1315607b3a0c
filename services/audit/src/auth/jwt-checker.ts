import type { Clock } from '@rollcall/domain/time'
import { OperatorError } from '@rollcall/service/operator-error'
import { createRemoteJWKSet } from 'jose'
import type { AuditConfig } from '../config.ts'
import { checkJwt } from './check-jwt.ts'
import type { Principal } from './principal.ts'

const JWKS_MS_MAX = 3_000

type OidcConfig = Pick<AuditConfig, 'AUDIT_OIDC_ISSUER' | 'AUDIT_OIDC_AUDIENCE' | 'AUDIT_OIDC_JWKS_URL' | 'AUDIT_OIDC_ALGORITHM'>

/** Checks JWTs of the configured issuer; null where none is configured. @throws OperatorError where only a part of it is */
export const jwtChecker = (config: OidcConfig, clock: Clock): ((token: string) => Promise<Principal>) | null => {
  const { AUDIT_OIDC_ISSUER: issuer, AUDIT_OIDC_AUDIENCE: audience, AUDIT_OIDC_JWKS_URL: keysUrl, AUDIT_OIDC_ALGORITHM: algorithm } = config
  if (issuer === undefined && audience === undefined && keysUrl === undefined) return null
  if (issuer === undefined || audience === undefined || keysUrl === undefined)
    throw new OperatorError('AUDIT_OIDC_ISSUER, AUDIT_OIDC_AUDIENCE and AUDIT_OIDC_JWKS_URL: some are set and some are not; needed are all three, or none.')
  return checkJwt({ issuer, audience, algorithm, clock, keys: createRemoteJWKSet(new URL(keysUrl), { timeoutDuration: JWKS_MS_MAX }) })
}
