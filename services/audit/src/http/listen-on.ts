import { OperatorError } from '@rollcall/service/operator-error'
import type { FastifyInstance } from 'fastify'
import type { AuditConfig } from '../config.ts'

/** The port it listens on. @throws OperatorError where the address cannot be had */
export const listenOn = async (server: FastifyInstance, { AUDIT_HOST: host, AUDIT_PORT: port }: Pick<AuditConfig, 'AUDIT_HOST' | 'AUDIT_PORT'>): Promise<number> => {
  try {
    return Number(new URL(await server.listen({ host, port })).port)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new OperatorError(
      `AUDIT_PORT is ${port} on ${host}, which ${code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${code})`}; needed is a free port. Stop what uses it or set AUDIT_PORT.`,
      { cause: error },
    )
  }
}
