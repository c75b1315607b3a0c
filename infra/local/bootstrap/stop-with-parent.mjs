const LOOK_EVERY_MS = 500

/**
 * npm passes SIGTERM only to the shell between it and us, which dies of it and leaves us running. So we look who our parent
 * is, and when it is another than at the beginning we end as if the signal had come to us.
 */
export const stopWithParent = () => {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_EVERY_MS)
  timer.unref()
}
