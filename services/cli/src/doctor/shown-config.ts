import { shownValue } from '@rollcall/service/shown-value'
import type { Settings } from '../connection/find-settings.ts'

/** Settings of ours, by the first word of their names. */
const OURS = /^(ROLLCALL|KAFKA|EMBEDDED|DATABASE|INGEST|PROJECTOR|RECONCILE|RECONCILER|KEEPER|CHECKPOINT|LOG|OTEL)_[A-Z0-9_]+$/
/** Headers of an exporter are credentials. */
const CREDENTIALS = /HEADERS$/

/** The configuration as it may be shown to anybody: secrets and passwords left out. By name, sorted. */
export const shownConfig = (settings: Settings): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(settings)
      .filter((entry): entry is [string, string] => OURS.test(entry[0]) && Boolean(entry[1]))
      .map(([name, value]) => [name, CREDENTIALS.test(name) ? '[redacted]' : shownValue(name, value).replace(/^"(.*)"$/s, '$1')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
