/**
 * The simulator's memory between starts: one call a line, and again when something became of one of its webhooks; the newest line of a call
 * holds. Written as it happens, so that even a simulator that is killed still knows, next time, every call that Rollcall may have heard of.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'

/** Older calls are forgotten: their windows closed long ago. About 2 kB each. */
export const HISTORY_CALLS_MAX = 10_000
const LINES_PER_CALL_MAX = 4
/** A call without it is not of this version. */
const NEWEST_FIELD: keyof LedgerCall = 'callbackUrl'

export interface LedgerFile {
  /** The calls of earlier starts, oldest first. */
  readonly history: readonly LedgerCall[]
  /** Notes how a call stands now. The file is made anew from `all` when it has grown to LINES_PER_CALL_MAX times its bound. */
  note(call: LedgerCall, all: () => readonly LedgerCall[]): void
  /** Makes the file anew, one line a call. */
  write(all: readonly LedgerCall[]): void
}

export const openLedgerFile = (file: string, callsMax = HISTORY_CALLS_MAX): LedgerFile => {
  const history = existsSync(file) ? readLedger(readFileSync(file, 'utf8'), callsMax) : []
  if (history.some((call) => !(NEWEST_FIELD in call))) throw new Error(`${file} was written by another version: remove it, and what was projected from its calls`)
  let lines = 0
  const write = (all: readonly LedgerCall[]): void => {
    const kept = all.slice(-callsMax)
    writeFileSync(`${file}.new`, kept.map(lineOf).join(''))
    renameSync(`${file}.new`, file)
    lines = kept.length
  }
  write(history)
  return {
    history,
    note: (call, all) => {
      if (lines >= LINES_PER_CALL_MAX * callsMax) write(all())
      else appendFileSync(file, lineOf(call))
      lines += 1
    },
    write,
  }
}

const lineOf = (call: LedgerCall): string => `${JSON.stringify(call)}\n`

/** What a ledger's text holds: in the order of creation, once each. A last line that was cut short by a kill is left out. */
const readLedger = (text: string, callsMax: number): readonly LedgerCall[] => {
  const newest = new Map<string, LedgerCall>()
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    if (line === '') continue
    const call = JSON.parse(line) as LedgerCall
    newest.set(call.callSid, call)
  }
  return [...newest.values()].slice(-callsMax)
}
