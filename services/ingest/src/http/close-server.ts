import type { Server } from 'node:http'

const IN_FLIGHT_MS_MAX = 5_000
const IDLE_CHECK_MS = 50

/** Accepts nothing more, answers what is in flight, and closes. What is not answered by then was not acknowledged either. */
export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
    const late = setTimeout(() => server.closeAllConnections(), IN_FLIGHT_MS_MAX)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(late)
      resolve()
    })
    server.closeIdleConnections()
  })
