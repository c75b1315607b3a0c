/** Every fault that `pnpm chaos` knows (the fault matrix, as far as this machine lets it be made), and which of them may not be paired. */

/** Kinds of links between the processes; of each kind there are several. */
export const LINKS = ['webhooks', 'kafka', 'replication', 'controllers', 'database', 'streaming'] as const
export type Link = (typeof LINKS)[number]

/** What can be wrong with a link. `half-open`: what the server says arrives no more, what is said to it does. */
export const LINK_MODES = ['refuse', 'reset', 'cut', 'blackhole', 'half-open', 'slow', 'lossy', 'sliced', 'throttled'] as const
export type LinkMode = (typeof LINK_MODES)[number] | 'corrupt'

/** Faults of what runs, and what may not go wrong at the same time because one undoes the other. */
const SERVED = {
  'kill-ingest': 'ingest',
  'stop-ingest': 'ingest',
  'pause-ingest': 'ingest',
  'kill-projector': 'projector',
  'stop-projector': 'projector',
  'pause-projector': 'projector',
  'pause-projector-long': 'projector',
  'join-projector': 'projector',
  'twin-projector': 'projector',
  rebalances: 'projector',
  'oom-ingest': 'ingest',
  'oom-projector': 'projector',
  'kill-broker': 'brokers',
  'stop-broker': 'brokers',
  'pause-broker': 'brokers',
  'kill-controller-leader': 'brokers',
  'kill-two-brokers': 'brokers',
  'pause-all-brokers': 'brokers',
  'restart-brokers': 'brokers',
  'isolate-broker': 'brokers',
  'slow-broker-disk': 'brokers',
  'failing-broker-disk': 'brokers',
  'kill-postgres': 'postgres',
  'quit-postgres': 'postgres',
  'restart-postgres': 'postgres',
  'kill-replica': 'postgres',
  promote: 'postgres',
  'promote-behind': 'postgres',
  'full-disk': 'disk',
  'failing-sync': 'disk',
  'slow-sync': 'disk',
  'failing-write': 'disk',
  'torn-spool': 'ingest',
  descriptors: 'disk',
  'clock-ahead-ingest': 'clock',
  'clock-behind-ingest': 'clock',
  'clock-drift-ingest': 'clock',
  'clock-ahead-projector': 'clock',
  'clock-behind-projector': 'clock',
  'clock-ahead-broker': 'clock',
  'clock-behind-broker': 'clock',
} as const
export type ServedFault = keyof typeof SERVED
export type LinkFault = `${Link}:${LinkMode}`
export type FaultName = ServedFault | LinkFault

export interface FaultKind {
  readonly name: FaultName
  /** Two faults of one group are never in one round. */
  readonly group: string
  /** In how many turns through all kinds it comes once. More than 1 for what takes long. */
  readonly everyTurns: number
}

/** Replication by Postgres alone: it checks every record that it carries (CRC-32C), where the rest leaves that to TLS. */
const CORRUPTIBLE: readonly LinkFault[] = ['streaming:corrupt']
const RARE: Partial<Record<FaultName, number>> = { 'pause-projector-long': 6, 'restart-brokers': 3 }
/** A promotion cuts and heals the stream between the two servers itself. */
const groupOfLink = (link: Link): string => (link === 'streaming' ? 'postgres' : link)

export const FAULT_KINDS: readonly FaultKind[] = [
  ...Object.entries(SERVED).map(([name, group]) => ({ name: name as ServedFault, group })),
  ...LINKS.flatMap((link) => LINK_MODES.map((mode) => ({ name: `${link}:${mode}` as const, group: groupOfLink(link) }))),
  ...CORRUPTIBLE.map((name) => ({ name, group: 'postgres' })),
].map((kind) => ({ ...kind, everyTurns: RARE[kind.name] ?? 1 }))

/** Whether it has done its harm as soon as it is made; what only makes silent or slow must last, or nobody notices. */
export const isSudden = (name: FaultName): boolean => /^(kill|stop|quit|restart|promote|torn)|:(refuse|reset|cut)$/.test(name)
