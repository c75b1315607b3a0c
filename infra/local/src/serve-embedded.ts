import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'

/** The embedded event log, served from this process to the services on this machine. */
export const serveEmbedded = async (directory: string): Promise<{ url: string; stop(): Promise<void> }> => {
  const log = await openEmbeddedEventLog({ directory })
  try {
    const server = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
    return {
      url: server.url,
      stop: async () => {
        await server.close()
        await log.close()
      },
    }
  } catch (error) {
    await log.close()
    throw error
  }
}
