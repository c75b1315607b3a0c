import { z } from 'zod'
import { ExceptionKind } from './exception.ts'
import { Text } from './words.ts'

/** What an exception is about: with its account, its name for good. The parts of `subject` are of docs/audit-api.md, such as CallSid and expectation. */
export interface ExceptionName {
  readonly kind: ExceptionKind
  readonly subject: readonly (string | number)[]
}

const Parts = z.tuple([ExceptionKind], z.union([Text.max(256), z.int()]))

/** The name as it stands in an address: base64url of its parts as JSON. Pure. */
export const exceptionId = ({ kind, subject }: ExceptionName): string => base64Url(JSON.stringify([kind, ...subject]))

/** The name that the id stands for; null where it is none. Pure. */
export const parseExceptionId = (id: string): ExceptionName | null => {
  try {
    const [kind, ...subject] = Parts.parse(JSON.parse(fromBase64Url(id)))
    return subject.length === 0 || exceptionId({ kind, subject }) !== id ? null : { kind, subject }
  } catch {
    return null
  }
}

const base64Url = (text: string): string => {
  let bytes = ''
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte)
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

const fromBase64Url = (text: string): string =>
  new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0)))
