import type { IngestHost } from '@rollcall/store/ingest-hosts/read-hosts'
import { describe, expect, it } from 'vitest'
import { renderHosts } from './render-hosts.ts'

const NOW = Date.UTC(2026, 0, 31, 4)
const host = (of: Partial<IngestHost> = {}): IngestHost => ({
  instance: '01890a5d-ac96-774b-bcce-b302099a8057',
  host: 'host-1',
  spool: '0',
  state: 'running',
  seenAt: NOW,
  silentMs: 2_000,
  drainedTo: NOW,
  records: 0,
  bytes: 0,
  oldestAt: null,
  givenUpAt: null,
  retiredAt: null,
  ...of,
})

describe('the spools of ingest', () => {
  it.each<[string, IngestHost[], string[]]>([
    [
      'are not known where no host tells of them',
      [],
      ['not known: no ingest host tells of them. Give ingest DATABASE_URL, or webhooks may be called missing that are only spooled'],
    ],
    ['with nothing left are counted', [host(), host({ state: 'stopped', silentMs: 9e6 }), host({ retiredAt: NOW, records: 9, silentMs: 9e6 })], ['3 with nothing left']],
    ['that wait for the log are named', [host({ records: 12, oldestAt: NOW - 60_000 })], ['host-1 spool 0 (01890a5d-ac96-774b): 12 records left, the oldest 1 min 2 s ago']],
    [
      'of a silent host are named, even where they were empty',
      [host(), host({ silentMs: 3_600_000 })],
      ['1 with nothing left', 'host-1 spool 0 (01890a5d-ac96-774b) SILENT, last seen 1 h ago: 0 records left; webhooks since then are awaited from it'],
    ],
    [
      'that were stopped before they were drained are named',
      [host({ state: 'stopped', records: 2, silentMs: 120_000 })],
      ['host-1 spool 0 (01890a5d-ac96-774b) stopped 2 min ago: 2 records left; webhooks since then are awaited from it'],
    ],
    [
      'that were given up are named',
      [host({ records: 2, silentMs: 90_000_000, givenUpAt: NOW })],
      ['host-1 spool 0 (01890a5d-ac96-774b) GIVEN UP, last seen 1 d 1 h ago: 2 records left; start ingest on its disk to have them'],
    ],
  ])('%s', (_case, hosts, lines) => {
    expect(renderHosts(hosts)).toEqual(lines)
  })

  it('are a few, however many there are, and show no escape', () => {
    const lines = renderHosts(Array.from({ length: 20 }, () => host({ host: '\u001b[2J', records: 1 })))
    expect([lines.length, lines.at(-1)]).toEqual([9, 'and 12 more'])
    expect(lines.join('')).not.toContain('\u001b')
  })
})
