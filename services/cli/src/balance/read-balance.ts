import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { LedgerCall } from '@rollcall/exotel-simulator/calls/ledger-call'
import type { Pool } from '@rollcall/store/pool'
import { readCallColumns } from '@rollcall/store/status/read-call-columns'
import { type Balance, compareLedger } from './compare-ledger.ts'

const LEDGER_MS_MAX = 30_000

/** The books as they stand now: the simulator's ledger, earlier starts included, against the projection. */
export const readBalance = async (simulatorUrl: string, pool: Pool, account: string): Promise<Balance> => {
  const response = await fetch(`${simulatorUrl}/sim/ledger`, { signal: AbortSignal.timeout(LEDGER_MS_MAX) })
  const ledger: LedgerCall[] = []
  if (response.body !== null)
    for await (const line of createInterface({ input: Readable.fromWeb(response.body as ReadableStream) })) if (line !== '') ledger.push(JSON.parse(line) as LedgerCall)
  return compareLedger(ledger, await readCallColumns(pool, account))
}
