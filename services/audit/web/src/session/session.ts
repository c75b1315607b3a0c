import type { SessionAnswer } from '@rollcall/contracts/audit-api/session'
import { createContext } from 'preact'

/** Who sits here, and what they may do. */
export const Session = createContext<SessionAnswer | null>(null)
