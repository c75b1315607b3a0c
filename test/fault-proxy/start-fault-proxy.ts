/**
 * A TCP proxy that stands between a client and a server and makes the link between them bad: the kernel here has no netem.
 * It never reads what it carries. Faults hold for open connections and for new ones, from when they are set until they are changed.
 */
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { type FlowFaults, type Line, type Piece, shapeChunk } from './flow-faults.ts'

/** What waits to arrive, at most, one way of one connection; beyond it the sender is not read, so that it feels the slow link. */
const WAITING_BYTES_MAX = 1024 * 1024

export interface LinkFaults {
  readonly toServer?: FlowFaults
  readonly toClient?: FlowFaults
  /** New connections are reset at once. */
  readonly refuse?: boolean
}

export interface FaultProxy {
  /** Where clients connect, on loopback. */
  readonly port: number
  /** Replaces all faults of the link; `{}` heals it. What is on its way arrives at once, as retransmissions would, unless it is in a black hole. */
  set(faults: LinkFaults): void
  /** Ends every open connection: with an RST, or with a FIN wherever its stream just was. */
  end(how: 'reset' | 'cut'): void
  connections(): number
  /** How many came since it was started, those among them that were refused. */
  accepted(): number
  close(): Promise<void>
}

export interface FaultProxyOptions {
  /** The server's port on loopback, asked for each new connection: an address may move from one server to another. */
  readonly target: () => number
  /** 0, the default: any that is free. */
  readonly port?: number
  readonly random?: () => number
}

interface Connection {
  end(how: 'reset' | 'cut'): void
  /** The faults have changed: what waited in a black hole may go on. */
  wake(): void
}

/** @throws Error when the port cannot be listened on. */
export const startFaultProxy = async ({ target, port = 0, random = Math.random }: FaultProxyOptions): Promise<FaultProxy> => {
  let faults: LinkFaults = {}
  const open = new Set<Connection>()
  let accepted = 0

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted += 1
    if (faults.refuse) return void client.on('error', () => {}).resetAndDestroy()
    const upstream = createConnection({ host: '127.0.0.1', port: target(), allowHalfOpen: true, noDelay: true })
    const flows = [flow(client, upstream, () => faults.toServer ?? {}, random), flow(upstream, client, () => faults.toClient ?? {}, random)]
    const connection: Connection = {
      end: (how) => {
        for (const socket of [client, upstream]) how === 'reset' ? socket.resetAndDestroy() : socket.destroy()
      },
      wake: () => {
        for (const one of flows) one.wake()
      },
    }
    open.add(connection)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => other.resetAndDestroy())
      socket.on('close', () => {
        for (const one of flows) one.sourceClosed(socket)
        open.delete(connection)
      })
    }
  })
  const listening = await listen(server, port)
  const end = (how: 'reset' | 'cut') => {
    for (const connection of [...open]) connection.end(how)
  }
  return {
    port: listening,
    set: (next) => {
      faults = next
      for (const connection of open) connection.wake()
    },
    end,
    connections: () => open.size,
    accepted: () => accepted,
    close: async () => {
      end('reset')
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Carries what `source` sends to `sink`, one way. */
const flow = (source: Socket, sink: Socket, faultsNow: () => FlowFaults, random: () => number) => {
  const line: Line = { freeAt: 0 }
  const waiting: Piece[] = []
  let waitingBytes = 0
  let ended = false
  let timer: NodeJS.Timeout | null = null

  const arm = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = null
      pump()
    }, ms)
  }
  const pump = (): void => {
    if (sink.destroyed || faultsNow().blackhole) return
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const early = next.at - performance.now()
      if (early > 0) {
        arm(early)
        return
      }
      waiting.shift()
      waitingBytes -= next.bytes.length
      sink.write(next.bytes)
    }
    if (ended) sink.end()
    else if (waitingBytes < WAITING_BYTES_MAX && !sink.writableNeedDrain) source.resume()
  }
  source.on('data', (chunk: Buffer) => {
    const pieces = shapeChunk(faultsNow(), chunk, performance.now(), line, random)
    waiting.push(...pieces)
    waitingBytes += chunk.length
    if (waitingBytes >= WAITING_BYTES_MAX || sink.writableLength >= WAITING_BYTES_MAX) source.pause()
    pump()
  })
  sink.on('drain', pump)
  source.on('end', () => {
    ended = true
    pump()
  })
  return {
    wake: () => {
      const now = performance.now()
      line.freeAt = now
      for (const piece of waiting) piece.at = Math.min(piece.at, now)
      pump()
    },
    /** A half that is gone for good takes the other with it once all it sent has arrived; one that we ended takes it at once. */
    sourceClosed: (socket: Socket) => {
      if (socket === sink) {
        if (timer !== null) clearTimeout(timer)
        if (!source.destroyed) source.destroy()
      }
    },
  }
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
