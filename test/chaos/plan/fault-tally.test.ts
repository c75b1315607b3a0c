import { describe, expect, it } from 'vitest'
import { createFaultTally, type PlayedFault } from './fault-tally.ts'

const made = (name: PlayedFault['name'], notHealed: string | null = null): PlayedFault => ({ name, notMade: null, notHealed })
const notMade = (name: PlayedFault['name'], why: string): PlayedFault => ({ name, notMade: why, notHealed: null })

describe('the tally of faults', () => {
  it('counts what was made: alone, in a pair, and how busy the system was', () => {
    const tally = createFaultTally()
    tally.count('load', [made('promote')])
    tally.count('idle', [made('promote'), made('kill-ingest')])
    expect(tally.used()).toEqual({
      promote: { alone: 1, paired: 1, idle: 1, load: 1, backlog: 0 },
      'kill-ingest': { alone: 0, paired: 1, idle: 1, load: 0, backlog: 0 },
    })
    expect([tally.notMade(), tally.notHealed()]).toEqual([{}, {}])
  })

  it('counts what was planned and not made apart, with why, and what was beside it as alone', () => {
    const tally = createFaultTally()
    tally.count('load', [made('promote'), notMade('kill-ingest', 'ingest-a was not running')])
    tally.count('load', [notMade('kill-ingest', 'ingest-a was not running')])
    tally.count('load', [notMade('kill-ingest', 'ingest-b was not running')])
    expect(tally.used()).toEqual({ promote: { alone: 1, paired: 0, idle: 0, load: 1, backlog: 0 } })
    expect(tally.notMade()).toEqual({ 'kill-ingest': { 'ingest-a was not running': 2, 'ingest-b was not running': 1 } })
  })

  it('counts as made what only did not end as it should, and says so', () => {
    const tally = createFaultTally()
    tally.count('backlog', [made('kill-postgres', 'Postgres did not start')])
    expect(tally.used()['kill-postgres']).toMatchObject({ alone: 1, backlog: 1 })
    expect(tally.notHealed()).toEqual({ 'kill-postgres': { 'Postgres did not start': 1 } })
  })
})
