/**
 * The simulator's memory between starts: one call a line. A call is written when it begins, so that even a
 * simulator that is killed still knows, next time, every call that Rollcall may have heard of; what became of its webhooks is
 * written when the file is made anew.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'

/** Older calls are forgotten: their windows closed long ago. About 2 kB each. */
export const HISTORY_CALLS_MAX = 10_000

export interface LedgerFile {
  /** The calls of earlier starts, oldest first. */
  readonly history: readonly LedgerCall[]
  /** Notes a call that has begun. Made anew from `all` when it has grown to twice its bound. */
  note(call: LedgerCall, all: () => readonly LedgerCall[]): void
  /** Makes the file anew, with what became of every webhook. */
  write(all: readonly LedgerCall[]): void
}

export const openLedgerFile = (file: string, callsMax = HISTORY_CALLS_MAX): LedgerFile => {
  const history = existsSync(file) ? readLedger(readFileSync(file, 'utf8'), callsMax) : []
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
      if (lines >= 2 * callsMax) write(all())
      else appendFileSync(file, lineOf(call))
      lines += 1
    },
    write,
  }
}

const lineOf = (call: LedgerCall): string => `${JSON.stringify(call)}\n`

/** What a ledger's text holds: in order, once each. A last line that was cut short by a kill is left out. */
const readLedger = (text: string, callsMax: number): readonly LedgerCall[] =>
  text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .slice(-callsMax)
    .map((line) => JSON.parse(line) as LedgerCall)
