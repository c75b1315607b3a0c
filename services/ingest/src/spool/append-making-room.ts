/*
 * A spool that is full of what the log has already gives that back before it refuses anything: the copies are for good measure, the
 * delivery at the door is the only one. All appends that find the disk full at once wait for one clearing, and each is tried once more.
 */
export interface RoomMakingOptions {
  readonly append: (records: readonly Uint8Array[]) => Promise<bigint>
  /** Gives the disk back what the log has acknowledged; how many bytes that were. */
  readonly makeRoom: () => Promise<number>
}

export const appendMakingRoom = ({ append, makeRoom }: RoomMakingOptions): ((records: readonly Uint8Array[]) => Promise<bigint>) => {
  let clearing: Promise<number> | null = null
  const clear = (): Promise<number> => {
    clearing ??= makeRoom().finally(() => {
      clearing = null
    })
    return clearing
  }
  return async (records) => {
    try {
      return await append(records)
    } catch (error) {
      if ((error as Error).name !== 'SpoolFullError' || (await clear()) === 0) throw error
      return append(records)
    }
  }
}
