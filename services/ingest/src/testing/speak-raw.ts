import { connect, type Socket } from 'node:net'

const SPOKEN_MS_MAX = 15_000

/**
 * Speaks to a port byte by byte, and gives everything it said until it closed the connection. What is said must end in the server closing it.
 * @throws when it does not: a connection that stays open is one that an attacker can keep.
 */
export const speakRaw = (port: number, speak: (socket: Socket) => Promise<void> | void): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    let said = ''
    const late = setTimeout(() => {
      socket.destroy()
      reject(new Error(`the server keeps the connection open; it said ${JSON.stringify(said)}`))
    }, SPOKEN_MS_MAX)
    socket.setEncoding('latin1').on('data', (text) => {
      said += text
    })
    // A reset is a way to close; what came before it counts.
    socket.on('error', () => {})
    socket.once('end', () => socket.end())
    socket.once('close', () => {
      clearTimeout(late)
      resolve(said)
    })
    Promise.resolve(speak(socket)).catch(reject)
  })

/** The statuses of all answers in what a server said. */
export const statusesIn = (said: string): readonly number[] => [...said.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((match) => Number(match[1]))
