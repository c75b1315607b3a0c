import { describe, expect, it } from 'vitest'
import { TrafficPlan } from '../traffic-plan.ts'
import { WebhookFaults } from '../webhook-faults.ts'
import type { LedgerCall } from './ledger-call.ts'
import { planCall } from './plan-call.ts'
import { takeBranch } from './take-branch.ts'

const world = { seed: 4, account: 'acme', traffic: TrafficPlan.parse({ changes: { rate: 1 } }), faults: WebhookFaults.parse({}) }
const connected = (): LedgerCall =>
  Array.from({ length: 50 }, (_, seq) => planCall(world, seq, Date.UTC(2026, 0, 5), { path: [seq], kind: 'inbound-sync' })).find(
    ({ truth, changes }) => truth.recordingUrl !== null && changes.length > 0,
  ) as LedgerCall

describe('the answer of a sync Passthru’s receiver', () => {
  it.each([200, 500, null])('%s leads on to the agent: the call goes as it was to', (status) => {
    const [call, planned] = [connected(), connected()]
    takeBranch(call, status, call.visible.begunAt)
    expect(call).toEqual({ ...planned, branch: 'A' })
  })

  it('302 leads to the end: nobody is dialled, nothing recorded or charged', () => {
    const [call, planned] = [connected(), connected()]
    takeBranch(call, 302, call.visible.begunAt)
    expect(call).toEqual({
      ...planned,
      branch: 'B',
      agents: 0,
      changes: [],
      truth: { ...planned.truth, conversationSeconds: 0, price: '0', recordingUrl: null, leg2Status: null, leg2Seconds: null, answeredBy: null },
      visible: { ...planned.visible, recordingFrom: null },
    })
  })

  it('counts once, and not after hang-up', () => {
    const [late, twice, planned] = [connected(), connected(), connected()]
    takeBranch(late, 302, late.visible.hungUpAt)
    expect(late).toEqual(planned)
    takeBranch(twice, 200, twice.visible.begunAt)
    takeBranch(twice, 302, twice.visible.begunAt)
    expect(twice.branch).toBe('A')
  })
})
