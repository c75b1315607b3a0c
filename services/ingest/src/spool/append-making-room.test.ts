import { SpoolFullError, SpoolWriteError } from '@rollcall/segment-log/spool-errors'
import { expect, it } from 'vitest'
import { appendMakingRoom } from './append-making-room.ts'

const RECORDS = [Buffer.from('a')]
const full = () => new SpoolFullError('no space left')

it('a full disk is given back what the log has, once for all who found it full, and each is tried again', async () => {
  let room = 0
  let clearings = 0
  let appended = 0n
  const append = appendMakingRoom({
    append: async () => {
      if (room === 0) throw full()
      return appended++
    },
    makeRoom: async () => {
      clearings += 1
      await new Promise(setImmediate)
      room += 1
      return 16
    },
  })
  expect(await Promise.all([append(RECORDS), append(RECORDS), append(RECORDS)])).toEqual([0n, 1n, 2n])
  expect(clearings).toBe(1)
  room = 0
  expect(await append(RECORDS)).toBe(3n)
  expect(clearings).toBe(2)
})

it('a delivery is refused where there is nothing to give back, and where it did not help', async () => {
  for (const given of [0, 16]) {
    let tries = 0
    const append = appendMakingRoom({
      append: async () => {
        tries += 1
        throw full()
      },
      makeRoom: async () => given,
    })
    await expect(append(RECORDS)).rejects.toThrow(SpoolFullError)
    expect(tries).toBe(given === 0 ? 1 : 2)
  }
})

it('a disk that fails is not tried again', async () => {
  const append = appendMakingRoom({ append: () => Promise.reject(new SpoolWriteError('EIO')), makeRoom: () => expect.unreachable('nothing is given back for a failure') })
  await expect(append(RECORDS)).rejects.toThrow(SpoolWriteError)
})
