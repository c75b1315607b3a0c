import { open, statfs, unlink } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { KAFKA_VERSION } from '@rollcall/local/kafka/kafka-version'
import { createPool } from '@rollcall/store/pool'
import { median } from './median.ts'

const GIB = 1024 ** 3
const FLUSHES = 200
const FLUSHED_BYTES = 4_096
/** By the magic number that statfs gives; what else there is goes by its number. */
const FILE_SYSTEMS: Readonly<Record<number, string>> = { 61267: 'ext4', 1481003842: 'xfs', 2435016766: 'btrfs', 16914836: 'tmpfs', 2035054128: 'overlay' }

export interface MachineFacts {
  readonly cores: number
  readonly cpu: string
  readonly memoryGib: number
  readonly node: string
  readonly kafka: string
  readonly postgres: string
  readonly fileSystem: string
  /** Median of writing 4 kB and making it durable. */
  readonly flushMs: number
  /** Processes that wanted a core, on average over the minute before. */
  readonly loadBefore: number
}

export const machineFacts = async (directory: string, databaseUrl: string): Promise<MachineFacts> => {
  const loadBefore = loadavg()[0] ?? Number.NaN
  const { type } = await statfs(directory)
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGib: Math.round(totalmem() / GIB),
    node: process.versions.node,
    kafka: KAFKA_VERSION,
    postgres: await postgresVersion(databaseUrl),
    fileSystem: FILE_SYSTEMS[type] ?? `0x${type.toString(16)}`,
    flushMs: await flushMs(join(directory, 'flushed')),
    loadBefore,
  }
}

const postgresVersion = async (databaseUrl: string): Promise<string> => {
  const pool = createPool({ databaseUrl, applicationName: 'bench', max: 1 })
  try {
    const { rows } = await pool.query<{ server_version: string }>('SHOW server_version')
    return rows[0]?.server_version ?? 'unknown'
  } finally {
    await pool.end()
  }
}

const flushMs = async (path: string): Promise<number> => {
  const file = await open(path, 'w')
  try {
    const took: number[] = []
    for (let flush = 0; flush < FLUSHES; flush += 1) {
      const began = performance.now()
      await file.write(Buffer.alloc(FLUSHED_BYTES))
      await file.datasync()
      took.push(performance.now() - began)
    }
    return median(took)
  } finally {
    await file.close()
    await unlink(path)
  }
}
