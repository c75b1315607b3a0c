import { readdir } from 'node:fs/promises'

const SPOOL_NAME = /^(?:0|[1-9][0-9]{0,3})$/

/** Spools are named by their worker's number. */
export const isSpoolName = (name: string): boolean => SPOOL_NAME.test(name)

/** Spools of workers that are no more, because there are fewer now. What they hold was acknowledged, so somebody has to forward it. */
export const leftoverSpools = async (directory: string, workers: number): Promise<readonly string[]> => {
  try {
    const names = await readdir(directory)
    return names.filter((name) => isSpoolName(name) && Number(name) >= workers)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
