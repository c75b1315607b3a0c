import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLedgerFile } from './ledger-file.ts'

const call = (seq: number) => ({ seq, callSid: `call-${seq}`, callbackUrl: null }) as LedgerCall
const numbers = (calls: readonly LedgerCall[]) => calls.map(({ seq }) => seq)

describe("the simulator's memory between starts", () => {
  let directory: string
  let file: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rollcall-ledger-'))
    file = join(directory, 'ledger.jsonl')
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('holds every call that began, also when nothing was said at the end', () => {
    const ledger = openLedgerFile(file)
    expect(ledger.history).toEqual([])
    for (const seq of [0, 1, 2]) ledger.note(call(seq), () => [])
    expect(numbers(openLedgerFile(file).history)).toEqual([0, 1, 2])
  })

  it('holds what became of a webhook, without losing the order of the calls', () => {
    const ledger = openLedgerFile(file)
    for (const noted of [call(0), call(1), { ...call(0), webhooks: [] }]) ledger.note(noted, () => [])
    expect(openLedgerFile(file).history).toEqual([{ ...call(0), webhooks: [] }, call(1)])
  })

  it('survives a last line that was cut short', () => {
    openLedgerFile(file).note(call(0), () => [])
    appendFileSync(file, '{"seq":1,"call')
    expect(numbers(openLedgerFile(file).history)).toEqual([0])
  })

  it('refuses a ledger that another version wrote, and says what to remove', () => {
    appendFileSync(file, '{"seq":0,"callSid":"call-0"}\n')
    expect(() => openLedgerFile(file)).toThrow(`${file} was written by another version: remove it`)
  })

  it('forgets the oldest calls beyond its bound, and does not grow without end', () => {
    const all: LedgerCall[] = []
    const ledger = openLedgerFile(file, 3)
    for (let seq = 0; seq < 20; seq++) {
      all.push(call(seq))
      ledger.note(call(seq), () => all)
    }
    expect(numbers(openLedgerFile(file, 3).history)).toEqual([17, 18, 19])
  })
})
