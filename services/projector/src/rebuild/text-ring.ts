/** A text that had to leave, and what it was kept under. */
export type LeavingText = readonly [key: string, text: string]

/**
 * Texts by key in a piece of memory of one size, outside the collector's reach: where there is no room for another, the oldest ones leave. They lie in the
 * order they came, around and around; one that is taken out leaves a hole, which is filled when its turn comes.
 */
export interface TextRing {
  /** Keeps a text under a key that is not in it; gives what had to leave for it, oldest first: the text itself, where it is larger than the whole. */
  put(key: string, text: string): readonly LeavingText[]
  take(key: string): string | null
  /** Takes out all, oldest first. */
  takeAll(): Generator<LeavingText>
}

interface Place {
  readonly at: number
  readonly end: number
}

export const newTextRing = (bytes: number): TextRing => {
  const memory = Buffer.allocUnsafeSlow(bytes)
  // A map keeps the order in which its keys came, which is the order in memory from `head` on, around.
  const places = new Map<string, Place>()
  let head = 0

  const textAt = ({ at, end }: Place): string => memory.toString('utf8', at, end)
  /** Takes out the oldest ones, as far as they begin between `head` and `end`: nothing else lies there. */
  const makeRoom = (end: number): LeavingText[] => {
    const leaving: LeavingText[] = []
    for (const [key, place] of places) {
      if (place.at < head || place.at >= end) break
      leaving.push([key, textAt(place)])
      places.delete(key)
    }
    return leaving
  }

  return {
    put: (key, text) => {
      const length = Buffer.byteLength(text)
      if (length > bytes) return [[key, text]]
      const leaving: LeavingText[] = []
      // One of no length takes part in the turn too: at the very end it would lie where no turn comes by, and hold those behind it.
      if (head + Math.max(length, 1) > bytes) {
        leaving.push(...makeRoom(bytes))
        head = 0
      }
      leaving.push(...makeRoom(head + length))
      memory.write(text, head)
      places.set(key, { at: head, end: head + length })
      head += length
      return leaving
    },
    take: (key) => {
      const place = places.get(key)
      if (place === undefined) return null
      places.delete(key)
      return textAt(place)
    },
    *takeAll() {
      for (const [key, place] of places) {
        places.delete(key)
        yield [key, textAt(place)]
      }
    },
  }
}
