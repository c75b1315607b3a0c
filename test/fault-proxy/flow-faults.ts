/** What is done to the bytes that go one way. Nothing set: they pass untouched. */
export interface FlowFaults {
  /** How much later each byte arrives, and up to how much more, at random. Order is kept, as TCP keeps it. */
  readonly latencyMs?: number
  readonly jitterMs?: number
  readonly bytesPerSecond?: number
  /** Of all pieces, so many are lost on their way, and again when they are sent again: a piece arrives when it has been sent often enough, and what came after it waits. */
  readonly lostShare?: number
  /** Nothing arrives in pieces larger than this. */
  readonly sliceBytes?: number
  /** One bit in about so many bytes arrives flipped. */
  readonly corruptOneIn?: number
  /** Nothing arrives while it is set; what was sent meanwhile arrives after, as retransmissions would. */
  readonly blackhole?: boolean
}

/** When what was sent before has all arrived, in milliseconds of the caller's clock: what comes after arrives no earlier. */
export interface Line {
  freeAt: number
}

export interface Piece {
  readonly bytes: Buffer
  at: number
}

/** Pieces smaller than this are not told apart by a reader, and each costs a timer. */
const PIECES_MAX = 1_024
const SECOND_MS = 1_000
const BITS = 8
/** When TCP sends again what was not confirmed, as Linux does at the earliest; each time after twice as long. */
const SENT_AGAIN_MS = 200
const SENT_AGAIN_TIMES_MAX = 6

/** In which pieces and when a chunk arrives that was sent at `now`; moves `line` on. `random` gives [0, 1). */
export const shapeChunk = (faults: FlowFaults, chunk: Buffer, now: number, line: Line, random: () => number): readonly Piece[] => {
  const { latencyMs = 0, jitterMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY, lostShare = 0, sliceBytes = chunk.length, corruptOneIn = Number.POSITIVE_INFINITY } = faults
  const size = Math.max(1, sliceBytes, Math.ceil(chunk.length / PIECES_MAX))
  const arrives = now + latencyMs + random() * jitterMs + sentAgainMs(lostShare, random)
  const pieces: Piece[] = []
  for (let from = 0; from < chunk.length; from += size) {
    const bytes = corrupted(chunk.subarray(from, from + size), corruptOneIn, random)
    line.freeAt = Math.max(line.freeAt, arrives) + (bytes.length * SECOND_MS) / bytesPerSecond
    pieces.push({ bytes, at: line.freeAt })
  }
  return pieces
}

/** Of every byte it is drawn whether a bit of it flips; bytes that were handed to us are not changed in place. */
const corrupted = (bytes: Buffer, oneIn: number, random: () => number): Buffer => {
  if (!Number.isFinite(oneIn)) return bytes
  const copy = Buffer.from(bytes)
  for (let at = 0; at < copy.length; at += 1) if (random() * oneIn < 1) copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * BITS))
  return copy
}

/** How long it takes until a piece of which so many are lost is not. */
const sentAgainMs = (lostShare: number, random: () => number): number => {
  let ms = 0
  for (let times = 0; times < SENT_AGAIN_TIMES_MAX && lostShare > 0 && random() < lostShare; times += 1) ms += SENT_AGAIN_MS * 2 ** times
  return ms
}
