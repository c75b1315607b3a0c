import { hash } from 'node:crypto'
import type { StoredRecord } from '@rollcall/event-log/event-log'

/** Names a record of the log by its content, so that a start can tell whether the log still holds what was folded last. Lower-case hex. */
export const recordSha256 = ({ key, value, headers }: StoredRecord): string => hash('sha256', Buffer.concat([Buffer.from(`${key}\n${headers.ce_id ?? ''}\n`), value]), 'hex')
