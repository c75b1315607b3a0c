import type { IngestStatus } from '@rollcall/contracts/ingest-status'
import { expect, it } from 'vitest'
import { addStatuses } from './add-statuses.ts'

const worker = (change: Partial<IngestStatus>): IngestStatus => ({
  startedAt: 10,
  workers: 1,
  accounts: { acme: { received: 1, lastReceivedAt: 5, probes: 1, refused: { 'too-large': 1 } } },
  refused: { 'unknown-path': 1 },
  spool: { records: 1, bytes: 100, oldestAt: null, quarantinedBytes: 0 },
  forwarded: 7,
  breaker: 'closed',
  log: null,
  accountsFile: { readAt: 20, problem: null },
  problem: null,
  ...change,
})

it('a host is the sum of its workers', () => {
  const second = worker({
    startedAt: 9,
    accounts: {
      acme: { received: 2, lastReceivedAt: 6, probes: 4, refused: { 'too-large': 1, aborted: 1 } },
      other: { received: 3, lastReceivedAt: null, probes: 0, refused: {} },
    },
    spool: { records: 2, bytes: 50, oldestAt: 3, quarantinedBytes: 4 },
    breaker: 'open',
    log: 'kafka at a:9092',
    accountsFile: { readAt: 19, problem: 'not valid JSON' },
    problem: 'slow',
  })
  expect(addStatuses([worker({}), second])).toEqual({
    startedAt: 9,
    workers: 2,
    accounts: {
      acme: { received: 3, lastReceivedAt: 6, probes: 5, refused: { 'too-large': 2, aborted: 1 } },
      other: { received: 3, lastReceivedAt: null, probes: 0, refused: {} },
    },
    refused: { 'unknown-path': 2 },
    spool: { records: 3, bytes: 150, oldestAt: 3, quarantinedBytes: 4 },
    forwarded: 14,
    breaker: 'open',
    log: 'kafka at a:9092',
    accountsFile: { readAt: 19, problem: 'not valid JSON' },
    problem: 'slow',
  })
})

it('no worker has no status', () => {
  expect(addStatuses([])).toBeNull()
})
