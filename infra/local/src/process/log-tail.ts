import { open } from 'node:fs/promises'

const TAIL_BYTES_MAX = 8 * 1024
const TAIL_LINES_MAX = 40

/** The end of a server's log, for the message that says why it did not start. */
export const logTail = async (file: string): Promise<string> => {
  const handle = await open(file).catch(() => null)
  if (handle === null) return '(no log)'
  try {
    const { size } = await handle.stat()
    const start = Math.max(0, size - TAIL_BYTES_MAX)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL_BYTES_MAX), 0, TAIL_BYTES_MAX, start)
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-TAIL_LINES_MAX).join('\n') || '(the log is empty)'
  } finally {
    await handle.close()
  }
}
