import type { Server } from 'node:net'
import { OperatorError } from './operator-error.ts'

/** Starts listening and gives the port, which the system chose when 0 was asked for. @throws OperatorError when the address cannot be had. */
export const listen = (server: Server, { host, port, portSetting }: { readonly host: string; readonly port: number; readonly portSetting: string }): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'which is in use' : `which cannot be listened on (${error.code})`
      reject(new OperatorError(`${portSetting} is ${port} on ${host}, ${why}; needed is a free port. Stop what uses it or set ${portSetting}.`, { cause: error }))
    })
    server.listen({ host, port }, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
