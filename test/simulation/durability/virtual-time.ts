/**
 * Time in which nothing waits: the next event happens at once, and the clock goes to where it is. Each event belongs to one life, or to
 * none, where the world itself acts. All that follows from an event without waiting runs before the next one, and belongs to the same life;
 * so whoever asks for a timer meanwhile is known, and a life that was killed is never heard of again: its events are dropped.
 */
export interface VirtualTime {
  /** The true time, epoch milliseconds. */
  now(): number
  /** Whose event is under way; null while the world's is. */
  current(): Life | null
  /** Has `work` done after `delayMs`, as an event of `life`. */
  after(delayMs: number, life: Life | null, work: () => void): Event
  cancel(event: Event): void
  /** Does `work` as `life`: now where it runs, once it goes on where it is paused, never where it is dead. */
  deliver(life: Life | null, work: () => void): void
  beginLife(name: string): Life
  /** Until `isOver` says so after an event, or nothing is left to happen. */
  run(isOver: () => boolean): Promise<void>
  /** How many events have happened. */
  events(): number
  /** Of the times of all that happened: two runs with one history had the same events, at the same times, in the same order. 32 bits. */
  history(): number
}

/** A process, from its start to its end. */
export interface Life {
  readonly name: string
  /** What its wall clock says beyond the true time. */
  aheadMs: number
  isDead(): boolean
  isPaused(): boolean
  pause(): void
  goOn(): void
  kill(): void
}

export interface Event {
  readonly at: number
  readonly nth: number
  life: Life | null
  work: (() => void) | null
}

interface DueEvent extends Event {
  readonly work: () => void
}

/** More in one run is a loop that waits for nothing. */
const EVENTS_MAX = 2_000_000

/** Kept before anybody replaces it: it runs when all that came before it has set off is done. */
const afterMicrotasks = globalThis.setImmediate
/** Turns that are asked for at a time: each has its microtasks done before the next one, and Node's own loop goes round once for all of them. */
const TURNS_ASKED = 64

export const createVirtualTime = (start: number): VirtualTime => {
  let now = start
  let nth = 0
  let happened = 0
  let history = 0
  let current: Life | null = null
  const queue: Event[] = []

  const time: VirtualTime = {
    now: () => now,
    current: () => current,
    after: (delayMs, life, work) => {
      const event = { at: now + Math.max(0, delayMs), nth: nth++, life, work }
      push(queue, event)
      return event
    },
    cancel: (event) => {
      event.work = null
      event.life = null
    },
    deliver: (life, work) => {
      if (life === null) return work()
      const { held } = life as HeldLife
      if (life.isDead()) return
      if (held !== null) return void held.push(work)
      // What follows from it belongs to that life too, so one event reaches one life; another's is an event of its own.
      if (current !== null && current !== life) return void time.after(0, life, work)
      current = life
      work()
    },
    beginLife: (name) => new HeldLife(name, (life, work) => void time.after(0, life, work)),
    run: (isOver) =>
      new Promise((resolve, reject) => {
        let turns = 0
        let isBegun = false
        let isEnded = false
        const end = (settle: () => void): void => {
          isEnded = true
          current = null
          settle()
        }
        const turn = (): void => {
          turns -= 1
          if (isEnded) return
          try {
            current = null
            // What the event before has set off is done by now.
            const event = isBegun && isOver() ? null : nextEvent()
            isBegun = true
            if (event === null) end(resolve)
            else {
              current = event.life
              event.work()
            }
          } catch (error) {
            end(() => reject(error))
          }
          if (turns === 0 && !isEnded) askForTurns()
        }
        const askForTurns = (): void => {
          for (turns = 0; turns < TURNS_ASKED; turns += 1) afterMicrotasks(turn)
        }
        askForTurns()
      }),
    events: () => happened,
    history: () => history >>> 0,
  }
  /** Takes the next event that reaches somebody; a paused life is told of what it missed when it goes on. */
  const nextEvent = (): DueEvent | null => {
    for (let event = pop(queue); event !== null; event = pop(queue)) {
      const { work, life, at } = event
      if (work === null || life?.isDead()) continue
      now = at
      happened += 1
      history = remember(history, now)
      if (happened > EVENTS_MAX) throw new Error(`more than ${EVENTS_MAX} events, the last for ${life?.name ?? 'the world'}: something goes round and waits for nothing`)
      const held = (life as HeldLife | null)?.held
      if (held == null) return event as DueEvent
      held.push(work)
    }
    return null
  }
  return time
}

class HeldLife implements Life {
  readonly name: string
  aheadMs = 0
  /** What happens to it while it is paused, in order; null while it is not. */
  held: (() => void)[] | null = null
  #isDead = false
  readonly #resume: (life: Life, work: () => void) => void

  constructor(name: string, resume: (life: Life, work: () => void) => void) {
    this.name = name
    this.#resume = resume
  }

  isDead(): boolean {
    return this.#isDead
  }
  isPaused(): boolean {
    return this.held !== null
  }
  pause(): void {
    this.held ??= []
  }
  goOn(): void {
    const works = this.held ?? []
    this.held = null
    for (const work of works) this.#resume(this, work)
  }
  kill(): void {
    this.#isDead = true
    this.held = null
  }
}

const A_TIME = new Float64Array(1)
const ITS_WORDS = new Uint32Array(A_TIME.buffer)
/** Odd, so that no two histories become one by the multiplication alone. */
const SPREAD = 0x9e3779b1

const remember = (history: number, time: number): number => {
  A_TIME[0] = time
  return Math.imul(Math.imul(history ^ (ITS_WORDS[0] as number), SPREAD) ^ (ITS_WORDS[1] as number), SPREAD)
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.nth < b.nth)

/** A binary heap; its first is the earliest. */
const push = (queue: Event[], event: Event): void => {
  let at = queue.length
  while (at > 0) {
    const above = (at - 1) >> 1
    const parent = queue[above] as Event
    if (isBefore(parent, event)) break
    queue[at] = parent
    at = above
  }
  queue[at] = event
}

const pop = (queue: Event[]): Event | null => {
  const first = queue[0]
  const last = queue.pop()
  if (first === undefined || last === undefined) return null
  if (queue.length === 0) return first
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= queue.length) break
    if (below + 1 < queue.length && isBefore(queue[below + 1] as Event, queue[below] as Event)) below += 1
    if (isBefore(last, queue[below] as Event)) break
    queue[at] = queue[below] as Event
    at = below
  }
  queue[at] = last
  return first
}
