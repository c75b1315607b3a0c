/** What Linux's statfs calls file systems that live in memory: tmpfs, ramfs. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994, 0x858458f6])

/** Whether a file system of this type is gone when the power is. `type`: of node's statfs. Pure. */
export const inMemory = (type: number): boolean => IN_MEMORY.has(type)

/** What an operator is told of a spool that is kept there. Pure. */
export const memorySpoolProblem = (directory: string): string =>
  `INGEST_SPOOL_DIR: ${directory} is on a file system in memory; needed is a folder on a local disk, since what is acknowledged must survive a loss of power. Set INGEST_SPOOL_DIR, or ROLLCALL_DATA_DIR. To run on it all the same, for development on one machine: ROLLCALL_ALLOW_UNSAFE_TOPICS=true.`
