import { createHash } from 'node:crypto'
import type { CallLeaf } from '@rollcall/domain/certificate/call-leaf'
import { describe, expect, it } from 'vitest'
import { EXPORT_COLUMNS, exportRow } from './export-row.ts'

const WINDOW = { from: '2026-01-14T18:30:00.000Z', state: 'FINAL' }
const LEAF: CallLeaf = {
  account: 'acme',
  callSid: 'sid-1',
  verified: true,
  recorded: false,
  firstSeen: { webhook: '2026-01-14T18:33:01.000Z', poll: '2026-01-14T18:33:02.000Z', lookup: '2026-01-14T18:33:03.000Z' },
  fields: {
    status: 'completed',
    direction: 'outbound-api',
    createdAt: '2026-01-14T18:31:00.000Z',
    startedAt: '2026-01-14T18:31:01.000Z',
    endedAt: '2026-01-14T18:32:02.000Z',
    durationSeconds: '61',
    conversationSeconds: '52',
    price: '0.32',
    leg1Status: 'leg-1',
    leg2Status: 'leg-2',
    leg1Seconds: '60',
    leg2Seconds: '53',
    parentCallSid: 'sid-0',
  },
  commitments: null,
}

describe('a row of an export', () => {
  it('has every field of the call under its own column, and the hash of its leaf', () => {
    const leaf = JSON.stringify(LEAF)
    expect(exportRow(leaf, WINDOW)).toEqual({
      account: 'acme',
      call_sid: 'sid-1',
      window_from: '2026-01-14T18:30:00.000Z',
      window_state: 'FINAL',
      verified: true,
      status: 'completed',
      direction: 'outbound-api',
      created_at: '2026-01-14T18:31:00.000Z',
      started_at: '2026-01-14T18:31:01.000Z',
      ended_at: '2026-01-14T18:32:02.000Z',
      duration_seconds: '61',
      conversation_seconds: '52',
      price: '0.32',
      leg1_status: 'leg-1',
      leg2_status: 'leg-2',
      leg1_seconds: '60',
      leg2_seconds: '53',
      parent_call_sid: 'sid-0',
      recorded: false,
      first_webhook_at: '2026-01-14T18:33:01.000Z',
      first_poll_at: '2026-01-14T18:33:02.000Z',
      first_lookup_at: '2026-01-14T18:33:03.000Z',
      leaf_hash: createHash('sha256').update(`\0${leaf}`).digest('hex'),
    })
  })

  it('has null for what is not known', () => {
    const row = exportRow(JSON.stringify({ ...LEAF, firstSeen: {}, fields: {} }), WINDOW)
    const known = new Set(['account', 'call_sid', 'window_from', 'window_state', 'verified', 'recorded', 'leaf_hash'])
    for (const column of EXPORT_COLUMNS) if (!known.has(column)) expect([column, row[column]]).toEqual([column, null])
  })
})
