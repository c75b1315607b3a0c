import { describe, expect, it } from 'vitest'
import { CLUSTERS_MAX, openClusterPool } from './cluster-pool.ts'
import type { KafkaCluster } from './kafka-cluster.ts'

describe('the pool of cluster clients', () => {
  it('gives each work at the same time a client of its own, and the next work a used one', async () => {
    const { pool, opened } = fakePool()
    const clients = await Promise.all([pool.use(async (client) => client), pool.use(async (client) => client)])
    expect(new Set(clients).size).toBe(2)
    await pool.use(async () => undefined)
    expect(opened).toHaveLength(2)
  })

  it('lets work beyond the bound wait for its turn', async () => {
    const { pool, opened } = fakePool()
    let running = 0
    let most = 0
    const work = async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise(setImmediate)
      running -= 1
    }
    await Promise.all(Array.from({ length: 3 * CLUSTERS_MAX }, () => pool.use(work)))
    expect(most).toBe(CLUSTERS_MAX)
    expect(opened).toHaveLength(CLUSTERS_MAX)
  })

  it('uses no client again whose work failed', async () => {
    const { pool, opened, disconnected } = fakePool()
    await expect(pool.use(() => Promise.reject(new Error('connection lost')))).rejects.toThrow('connection lost')
    await pool.use(async () => undefined)
    expect(opened).toHaveLength(2)
    expect(disconnected).toEqual([opened[0]])
  })

  it('disconnects all of them when closed, one at work once its work ends', async () => {
    const { pool, opened, disconnected } = fakePool()
    await pool.use(async () => undefined)
    let finish = () => {}
    const working = Promise.all([pool.use(() => new Promise<void>((resolve) => (finish = resolve))), pool.use(async () => undefined)])
    pool.close()
    expect(disconnected).not.toContain(opened[0])
    finish()
    await working
    expect(new Set(disconnected)).toEqual(new Set(opened))
  })
})

const fakePool = () => {
  const opened: KafkaCluster[] = []
  const disconnected: KafkaCluster[] = []
  const pool = openClusterPool(() => {
    const cluster = { disconnect: async () => void disconnected.push(cluster) } as unknown as KafkaCluster
    opened.push(cluster)
    return cluster
  })
  return { pool, opened, disconnected }
}
