import type { IngestHost } from '@rollcall/store/ingest-hosts/read-hosts'
import { ALIVE_MS_MAX } from '@rollcall/store/ingest-hosts/retire-host'
import { agoText } from '../terminal/ago-text.ts'
import { safeText } from '../terminal/safe-text.ts'

/** More troubled spools than this are an outage, not a list to read; --json has them all. */
const SHOWN_MAX = 8
/** As much of an instance's name as tells it from others, and as retiring it takes. */
const NAME_SHOWN = 18

/** What the spools of ingest have left, the troubled ones one by one. Pure. */
export const renderHosts = (hosts: readonly IngestHost[]): readonly string[] => {
  if (hosts.length === 0) return ['not known: no ingest host tells of them. Give ingest DATABASE_URL, or webhooks may be called missing that are only spooled']
  const troubled = hosts.filter(isTroubled)
  const quiet = hosts.length - troubled.length
  const shown = troubled.slice(0, SHOWN_MAX).map(hostText)
  return [...(quiet > 0 ? [`${quiet} with nothing left`] : []), ...shown, ...(troubled.length > shown.length ? [`and ${troubled.length - shown.length} more`] : [])]
}

const isSilent = ({ state, silentMs }: IngestHost): boolean => state === 'running' && silentMs > ALIVE_MS_MAX

const isTroubled = (host: IngestHost): boolean => host.retiredAt === null && (isSilent(host) || host.records > 0)

const hostText = (host: IngestHost): string => {
  const { instance, host: name, spool, records, state, silentMs, givenUpAt, oldestAt, seenAt } = host
  const what = `${safeText(name)} spool ${safeText(spool)} (${safeText(instance).slice(0, NAME_SHOWN)})`
  const left = `${records} records left${oldestAt === null ? '' : `, the oldest ${agoText(seenAt - oldestAt + silentMs)}`}`
  if (givenUpAt !== null) return `${what} GIVEN UP, last seen ${agoText(silentMs)}: ${left}; start ingest on its disk to have them`
  if (isSilent(host)) return `${what} SILENT, last seen ${agoText(silentMs)}: ${left}; webhooks since then are awaited from it`
  if (state === 'stopped') return `${what} stopped ${agoText(silentMs)}: ${left}; webhooks since then are awaited from it`
  return `${what}: ${left}`
}
