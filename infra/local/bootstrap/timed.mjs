/** Says what it does, does it, says how long it took. */
export const timed = (what, work) => {
  const begin = Date.now()
  process.stdout.write(`${what} … `)
  try {
    const result = work()
    process.stdout.write(`${((Date.now() - begin) / 1000).toFixed(1)} s\n`)
    return result
  } catch (error) {
    process.stdout.write('failed\n')
    throw error
  }
}
