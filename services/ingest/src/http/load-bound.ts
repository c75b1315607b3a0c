/** What is worked on at once. Beyond it a delivery is refused before its body is read, while answering that still costs little. */
export const DELIVERIES_MAX = 2_048
/** Of the bodies of these; each is at most 256 KiB, and one that does not say its length counts as that. */
export const BODY_BYTES_IN_WORK_MAX = 64 * 1024 * 1024

export interface LoadBound {
  /** Takes a place for a body of so many bytes; calling what it gives leaves it again. Null where there is none. */
  enter(bytes: number): (() => void) | null
}

export const createLoadBound = (deliveriesMax = DELIVERIES_MAX, bytesMax = BODY_BYTES_IN_WORK_MAX): LoadBound => {
  let deliveries = 0
  let bodyBytes = 0
  return {
    enter: (bytes) => {
      if (deliveries >= deliveriesMax || bodyBytes + bytes > bytesMax) return null
      deliveries += 1
      bodyBytes += bytes
      let left = false
      return () => {
        if (left) return
        left = true
        deliveries -= 1
        bodyBytes -= bytes
      }
    },
  }
}
