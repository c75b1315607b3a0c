import { describe, expect, it } from 'vitest'
import { createOutageSchedule, Outage } from './outages.ts'

const at = (schedule: ReturnType<typeof createOutageSchedule>, second: number, cluster: 'mumbai' | 'singapore' = 'mumbai') => ({
  api: schedule.inForce('api', cluster, second * 1_000)?.as ?? null,
  webhooks: schedule.inForce('webhooks', cluster, second * 1_000)?.as ?? null,
})

describe('outages', () => {
  it('begin with their first moment and are over with their last', () => {
    const schedule = createOutageSchedule()
    schedule.add(Outage.parse({ of: 'api', fromSecond: 5, forSeconds: 10 }), 100_000)
    expect([104.999, 105, 114.999, 115].map((second) => at(schedule, second).api)).toEqual([null, 'unavailable', 'unavailable', null])
  })

  it('are of the API or of webhooks, of one cluster or both', () => {
    const schedule = createOutageSchedule()
    schedule.add(Outage.parse({ of: 'webhooks', forSeconds: 10, as: 'held', cluster: 'singapore' }), 0)
    schedule.add(Outage.parse({ of: 'api', forSeconds: 10, as: 'hang' }), 0)
    expect(at(schedule, 1, 'mumbai')).toEqual({ api: 'hang', webhooks: null })
    expect(at(schedule, 1, 'singapore')).toEqual({ api: 'hang', webhooks: 'held' })
  })

  it('end when told: what is in force now, what was to come never', () => {
    const schedule = createOutageSchedule()
    for (const fromSecond of [0, 50, 100]) schedule.add(Outage.parse({ of: 'api', fromSecond, forSeconds: 20 }), 0)
    schedule.end(60_000)
    expect(schedule.all().map(({ from, to }) => [from, to])).toEqual([
      [0, 20_000],
      [50_000, 60_000],
    ])
    expect([59, 60, 110].map((second) => at(schedule, second).api)).toEqual(['unavailable', null, null])
  })
})
