import type { PlannedHistory, PlannedScan, PlannedWork } from './planned-work.ts'

/** What takes turns where not all of it can be done at once, and the part of the budget that each then has. */
const QUEUES = { 'in-time': 2, 'late-trailing': 1, 'late-finalise': 1 } as const
type Queue = keyof typeof QUEUES

/** Requests that were spent on each. */
export type Spent = Readonly<Record<Queue, number>>

export const NOTHING_SPENT: Spent = { 'in-time': 0, 'late-trailing': 0, 'late-finalise': 0 }

const queueOf = ({ lane, tier }: PlannedScan): Queue => (tier !== 'late' ? 'in-time' : lane === 'finalise' ? 'late-finalise' : 'late-trailing')

/**
 * What is late and what can still be in time share the budget, by what their scans cost: neither a backlog nor a busy hour starves the other,
 * one backlog does not starve another, and a scan that is late does not make the next one so.
 * @param inTime in the order in which to make them, as `late`
 */
export const takeTurns = (inTime: readonly PlannedScan[], late: readonly PlannedScan[], spent: Spent): readonly PlannedScan[] => {
  const waiting: Record<Queue, PlannedScan[]> = { 'in-time': [...inTime].reverse(), 'late-trailing': [], 'late-finalise': [] }
  for (const scan of late.toReversed()) waiting[queueOf(scan)].push(scan)
  const costs = { ...spent }
  const order: PlannedScan[] = []
  for (;;) {
    const queues = (Object.keys(QUEUES) as Queue[]).filter((queue) => waiting[queue].length > 0)
    const [first, ...others] = queues
    if (first === undefined) return order
    const next = others.reduce((least, queue) => (costs[queue] / QUEUES[queue] < costs[least] / QUEUES[least] ? queue : least), first)
    const scan = waiting[next].pop()
    if (scan === undefined) return order
    order.push(scan)
    costs[next] += scan.requests
  }
}

/** After a scan: what had nothing to do for a while is not ahead of the others by more than `creditMax` requests, or it would then starve them. */
export const addSpent = (spent: Spent, scan: PlannedScan, requests: number, creditMax: number): Spent => {
  if (scan.tier === 'spare') return spent
  const added = { ...spent, [queueOf(scan)]: spent[queueOf(scan)] + requests }
  const most = Math.max(...(Object.keys(QUEUES) as Queue[]).map((queue) => added[queue] / QUEUES[queue]))
  const atLeast = (queue: Queue): number => Math.max(added[queue], (most - creditMax) * QUEUES[queue])
  return { 'in-time': atLeast('in-time'), 'late-trailing': atLeast('late-trailing'), 'late-finalise': atLeast('late-finalise') }
}

/** Who may spend what is left, in turn; one that has nothing to do is passed over. */
const SPARE_TURNS = ['sweep', 'ageing', 'sweep', 'history'] as const

/** Work for what the other lanes leave. `turn` counts such pieces of work; it goes on from run to run, so that every lane has its turn. */
export const spareInTurn = (
  of: { readonly sweep: readonly PlannedScan[]; readonly ageing: readonly PlannedScan[]; readonly history: readonly PlannedHistory[] },
  turn: number,
): readonly PlannedWork[] => {
  const waiting: Record<(typeof SPARE_TURNS)[number], PlannedWork[]> = { sweep: [...of.sweep], ageing: [...of.ageing], history: [...of.history] }
  const order: PlannedWork[] = []
  for (let nth = turn; waiting.sweep.length + waiting.ageing.length + waiting.history.length > 0; nth += 1) {
    const next = waiting[SPARE_TURNS[nth % SPARE_TURNS.length] ?? 'sweep'].shift()
    if (next !== undefined) order.push(next)
  }
  return order
}
