/** The processor time that a piece of work takes, in milliseconds: what other processes on the machine do is no part of it. */
export const cpuMs = (act: () => unknown): number => {
  const before = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
