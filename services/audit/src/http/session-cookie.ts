import { COOKIE } from '../auth/credentials.ts'

/** The page's cookie, as Set-Cookie has it: no script reads it, no other site sends it, and it ends with its token. @param secure for https alone */
export const sessionCookie = (token: string, secure: boolean, seconds: number): string =>
  `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${Math.max(0, Math.floor(seconds))}${secure ? '; Secure' : ''}`
