import { isDatabaseUrl } from '@rollcall/contracts/database-url'
import { commonConfig, oneEventLog, port } from '@rollcall/service/common-config'
import { z } from 'zod'

const { KAFKA_BROKERS, EMBEDDED_LOG_URL, DATABASE_URL, ROLLCALL_DATA_DIR, ROLLCALL_ALLOW_UNSAFE_TOPICS, ROLLCALL_COMMIT, LOG_LEVEL } = commonConfig

/** Signed by a key pair alone: with a shared secret, whoever may check a token could make one. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

export const AuditConfig = oneEventLog(
  z.object({
    KAFKA_BROKERS,
    EMBEDDED_LOG_URL,
    DATABASE_URL,
    ROLLCALL_DATA_DIR,
    ROLLCALL_ALLOW_UNSAFE_TOPICS,
    ROLLCALL_COMMIT,
    LOG_LEVEL,
    AUDIT_DATABASE_URL: z.string().refine(isDatabaseUrl).optional().describe('a Postgres connection string of a login that may only be rollcall_audit_api'),
    KEEPER_DIR: z.string().min(1).optional().describe('the path of the folder that the keeper leaves checkpoints in (default: keeper in ROLLCALL_DATA_DIR)'),
    AUDIT_HOST: z.string().min(1).default('127.0.0.1').describe('an address to listen on'),
    AUDIT_PORT: port(8090),
    AUDIT_PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('the address that auditors open, https where TLS ends before the service'),
    AUDIT_ADMIN_HOST: z.string().min(1).default('127.0.0.1').describe('an address to listen on'),
    AUDIT_ADMIN_PORT: port(9467),
    AUDIT_OIDC_ISSUER: z
      .url({ protocol: /^https$/ })
      .optional()
      .describe('the https address that stands in iss of your tokens'),
    AUDIT_OIDC_AUDIENCE: z.string().min(1).optional().describe('what stands in aud of your tokens'),
    AUDIT_OIDC_JWKS_URL: z
      .url({ protocol: /^https$/ })
      .optional()
      .describe('the https address of your issuer’s keys'),
    AUDIT_OIDC_ALGORITHM: z
      .enum(ALGORITHMS)
      .default('RS256')
      .describe(`one of ${ALGORITHMS.join(', ')}`),
  }),
)
export type AuditConfig = z.infer<typeof AuditConfig>
