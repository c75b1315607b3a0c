/** Catches SIGHUP from now on, which would end the process otherwise; one that comes before there is anything to do is answered by the start itself. */
export const onHangup = (): { does(work: () => Promise<void>): void } => {
  let react: () => Promise<void> = async () => {}
  process.on('SIGHUP', () => void react())
  return {
    does: (work) => {
      react = work
    },
  }
}
