import type { Instant } from './clock/simulator-clock.ts'

/** What is to be done when, earliest first; what is due together comes out in the order it was put in. */
export interface Agenda<Item> {
  add(at: Instant, item: Item): void
  nextAt(): Instant | null
  peek(): Item | undefined
  take(): Item | undefined
}

interface Entry<Item> {
  readonly at: Instant
  readonly order: number
  readonly item: Item
}

/** A binary heap. */
export const createAgenda = <Item>(): Agenda<Item> => {
  const heap: Entry<Item>[] = []
  let added = 0
  const isBefore = (one: number, other: number): boolean => {
    const [a, b] = [heap[one] as Entry<Item>, heap[other] as Entry<Item>]
    return a.at < b.at || (a.at === b.at && a.order < b.order)
  }
  const swap = (one: number, other: number) => {
    const kept = heap[one] as Entry<Item>
    heap[one] = heap[other] as Entry<Item>
    heap[other] = kept
  }

  return {
    add(at, item) {
      heap.push({ at, order: added++, item })
      for (let child = heap.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1
        if (!isBefore(child, parent)) break
        swap(child, parent)
        child = parent
      }
    },
    nextAt: () => heap[0]?.at ?? null,
    peek: () => heap[0]?.item,
    take() {
      if (heap.length === 0) return undefined
      swap(0, heap.length - 1)
      const taken = heap.pop()
      for (let parent = 0; ; ) {
        let least = parent
        for (const child of [2 * parent + 1, 2 * parent + 2]) if (child < heap.length && isBefore(child, least)) least = child
        if (least === parent) return taken?.item
        swap(parent, least)
        parent = least
      }
    },
  }
}
