import { createHmac } from 'node:crypto'

/** Commits to a named value: HMAC-SHA256 of `<name> NUL <value>` under the salt, in hex. Who has value and salt can check it; nobody else learns anything. */
export const commit = (salt: Uint8Array, name: string, value: string): string => createHmac('sha256', salt).update(`${name}\0${value}`).digest('hex')
