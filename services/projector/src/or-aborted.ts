/** What the promise gives, or null as soon as the signal aborts, even if the promise never settles: that is how clients hang. */
export const orAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> => {
  let stop = (): void => {}
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
