import type { LogRecord } from './event-log.ts'

/** Size of a record as far as bounds are concerned, in bytes: key, value and headers, without framing. */
export const recordBytes = ({ key, value, headers }: LogRecord): number => {
  let bytes = Buffer.byteLength(key) + value.byteLength
  for (const name in headers) bytes += Buffer.byteLength(name) + Buffer.byteLength(headers[name] ?? '')
  return bytes
}
