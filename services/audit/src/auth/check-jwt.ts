import { Scope } from '@rollcall/contracts/audit-api/session'
import { Text } from '@rollcall/contracts/audit-api/words'
import type { Clock } from '@rollcall/domain/time'
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'
import { QuestionError } from '../question-error.ts'
import type { Principal } from './principal.ts'

/** How far the issuer's clock and ours may be apart. */
export const SKEW_SECONDS_MAX = 60
/** The end of the year 9999: no later time can be told. */
const EXP_SECONDS_MAX = 253_402_300_799

const Claims = z.object({
  /** Stands in the audit log beside what they did. */
  sub: Text.min(1).max(200),
  exp: z.number().max(EXP_SECONDS_MAX),
  /** As OAuth has it: separated by spaces. */
  scope: z.string().default(''),
  /** Accounts it sees; `*` for all. Without it: none. */
  rollcall_accounts: z.array(z.string()).default([]),
})

export interface JwtRules {
  readonly issuer: string
  readonly audience: string
  /** The one that is pinned: what the token says of itself decides nothing. */
  readonly algorithm: string
  /** Gives the key of a `kid` that the issuer publishes. */
  readonly keys: JWTVerifyGetKey
  readonly clock: Clock
}

/** @throws QuestionError where the token is not the issuer's, not for us, or not now */
export const checkJwt =
  ({ issuer, audience, algorithm, keys, clock }: JwtRules) =>
  async (token: string): Promise<Principal> => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keysOf(keys), {
        issuer,
        audience,
        algorithms: [algorithm],
        clockTolerance: SKEW_SECONDS_MAX,
        currentDate: new Date(clock()),
        requiredClaims: ['sub', 'exp', 'iss', 'aud'],
      })
      if (protectedHeader.kid === undefined) throw new QuestionError('unauthenticated', 'The token names no key (kid).')
      const claims = Claims.parse(payload)
      return {
        subject: `${claims.sub} (${issuer})`,
        scopes: new Set(claims.scope.split(' ').flatMap((scope) => Scope.safeParse(scope).data ?? [])),
        accounts: claims.rollcall_accounts.includes('*') ? null : new Set(claims.rollcall_accounts),
        expiresAt: claims.exp * 1_000,
      }
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new QuestionError('token-expired', 'The token has expired. Sign in again.')
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) throw new QuestionError('unauthenticated', 'The token is not one that its issuer made for us.')
      throw error
    }
  }

/** That the issuer publishes no such key is the token's fault; that its keys cannot be had, whatever the reason, is not. */
const keysOf =
  (keys: JWTVerifyGetKey): JWTVerifyGetKey =>
  async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      const isOfToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported
      if (isOfToken) throw error
      throw new QuestionError('unavailable', 'The keys of the token’s issuer cannot be had just now.')
    }
  }
