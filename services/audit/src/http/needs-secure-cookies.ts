import type { AuditConfig } from '../config.ts'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/

/**
 * Whether a browser must give the cookie to https alone. AUDIT_PUBLIC_URL says by what auditors come; a header that any client could send does not.
 * Without it: yes, but where the service can be reached from its own machine alone. Pure.
 */
export const needsSecureCookies = ({ AUDIT_PUBLIC_URL: url, AUDIT_HOST: host }: Pick<AuditConfig, 'AUDIT_PUBLIC_URL' | 'AUDIT_HOST'>): boolean =>
  url === undefined ? !LOOPBACK.test(host) : new URL(url).protocol === 'https:'
