import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptPorts } from './kept-ports.ts'

describe('the ports of a server', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-ports-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  it('are kept from one start to the next', async () => {
    const file = join(directory, 'kept.json')
    const ports = await keptPorts(file, 3)
    expect(new Set(ports).size).toBe(3)
    expect(await keptPorts(file, 3)).toEqual(ports)
  })

  it('are kept when the last process of a killed server lets go of one only now', async () => {
    const file = join(directory, 'letting-go.json')
    const [port] = await keptPorts(file, 1)
    const remnant = createServer().listen(port, '127.0.0.1')
    await once(remnant, 'listening')
    expect(await keptPorts(file, 1, async () => remnant.close())).toEqual([port])
  })

  it('are chosen anew when somebody took one meanwhile', async () => {
    const file = join(directory, 'taken.json')
    const [port] = await keptPorts(file, 1)
    const other = createServer().listen(port, '127.0.0.1')
    try {
      await new Promise((resolve) => other.once('listening', resolve))
      expect(await keptPorts(file, 1, async () => undefined)).not.toEqual([port])
    } finally {
      other.close()
    }
  })
})
