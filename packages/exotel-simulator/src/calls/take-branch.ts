import type { CallTruth, LedgerCall } from './ledger-call.ts'

/** The ledger is read-only to everyone but the one who plays. */
export type Writable<Entry> = { -readonly [Key in keyof Entry]: Entry[Key] }

const HTTP_FOUND = 302

/** A caller whom the flow sends to its end is not connected to anybody. */
const ended = (truth: CallTruth): CallTruth => ({
  ...truth,
  conversationSeconds: 0,
  price: '0',
  recordingUrl: null,
  leg2Status: null,
  leg2Seconds: null,
  answeredBy: null,
})

/** A sync Passthru's receiver has answered: 302 leads to the end of the flow, anything else on to the agent. An answer after hang-up changes nothing. */
export const takeBranch = (call: LedgerCall, httpStatus: number | null, now: number): void => {
  const open = call as Writable<LedgerCall>
  if (now >= call.visible.hungUpAt || call.branch !== null) return
  open.branch = httpStatus === HTTP_FOUND ? 'B' : 'A'
  if (open.branch === 'A') return
  open.truth = ended(call.truth)
  open.agents = 0
  open.changes = []
  open.visible = { ...call.visible, recordingFrom: null }
}
