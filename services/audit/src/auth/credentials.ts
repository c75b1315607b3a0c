import { QuestionError } from '../question-error.ts'

export const COOKIE = 'rollcall_token'
const TOKEN_CHARACTERS_MAX = 8_192

export interface Credentials {
  readonly token: string
  readonly from: 'header' | 'cookie'
}

/**
 * The token of a request: from `Authorization: Bearer`, or from the page's cookie. What changes something by the cookie must come from the page itself,
 * or any site that its user visits could do it.
 * @throws QuestionError
 */
export const credentialsOf = (method: string, headers: Readonly<Record<string, string | readonly string[] | undefined>>): Credentials => {
  const authorization = textOf(headers.authorization)
  if (authorization !== null) {
    const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1]
    if (token === undefined || token.length > TOKEN_CHARACTERS_MAX) throw new QuestionError('unauthenticated', 'Authorization must be: Bearer, a space, and the token.')
    return { token, from: 'header' }
  }
  const token = cookieOf(textOf(headers.cookie) ?? '')
  if (token === null) throw new QuestionError('unauthenticated', 'A token is needed, as Authorization: Bearer <token>. rollcall token create makes one.')
  if (method !== 'GET' && textOf(headers['sec-fetch-site']) !== 'same-origin' && !isOwnOrigin(textOf(headers.origin), textOf(headers.host)))
    throw new QuestionError('forbidden', 'With a cookie this can only be asked by the page itself.')
  return { token, from: 'cookie' }
}

const textOf = (header: string | readonly string[] | undefined): string | null => (typeof header === 'string' ? header : null)

const cookieOf = (header: string): string | null => {
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=', 2)
    if (name === COOKIE && value !== undefined && value !== '') return value
  }
  return null
}

const isOwnOrigin = (origin: string | null, host: string | null): boolean => origin !== null && host !== null && URL.canParse(origin) && new URL(origin).host === host
