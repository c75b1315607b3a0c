import { describe, expect, it } from 'vitest'
import { TRUTH_FIELDS } from '../../ledger/truth-columns.ts'
import { planWebhooks } from './plan-webhooks.ts'

const take = (seed: number, count: number) => {
  const webhooks = planWebhooks(seed, 'chaos', Date.UTC(2026, 0, 1))
  return Array.from({ length: count }, () => webhooks.next().value)
}

describe('the webhooks of the load', () => {
  it('are told apart by their bytes, every one', () => {
    const webhooks = take(1, 3_000)
    expect(new Set(webhooks.map(({ identity }) => identity)).size).toBe(webhooks.length)
  })
  it('are the same for the same seed', () => expect(take(2, 100)).toEqual(take(2, 100)))
  it('come in every encoding, and tell every field that webhooks can tell', () => {
    const webhooks = take(3, 2_000)
    expect(new Set(webhooks.map(({ request }) => request.contentType?.split(';')[0] ?? 'query'))).toEqual(
      new Set(['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data', 'query']),
    )
    const told = webhooks.flatMap((webhook) => Object.keys(webhook.told))
    // No webhook tells the price, who answered, or whose transfer a call is.
    const tellable = TRUTH_FIELDS.filter((field) => !['price', 'answeredBy', 'parentCallSid'].includes(field))
    expect(tellable.filter((field) => told.filter((one) => one === field).length < 50)).toEqual([])
    expect(new Set(told)).toEqual(new Set(tellable))
  })
})
