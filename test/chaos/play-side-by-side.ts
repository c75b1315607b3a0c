import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Share {
  readonly from: number
  readonly rounds: number
}

/** Parts of the rounds that follow each other, as equal as they can be. */
export const sharesOf = ({ from, rounds }: Share, count: number): readonly Share[] =>
  Array.from({ length: count }, (_, index) => {
    const [begin, end] = [index, index + 1].map((part) => Math.floor((part * rounds) / count)) as [number, number]
    return { from: from + begin, rounds: end - begin }
  }).filter(({ rounds: own }) => own > 0)

export interface SideBySideOrder {
  /** What is run for each share, with `argsOf` it. */
  readonly main: string
  readonly shares: readonly Share[]
  readonly argsOf: (share: Share) => readonly string[]
  readonly onLine: (line: string) => void
  /** Aborted: each ends after the round that is under way. */
  readonly signal: AbortSignal
}

/** Plays each share in a process of its own, all at the same time: a stack mostly waits. Gives the worst exit code. */
export const playSideBySide = async ({ main, shares, argsOf, onLine, signal }: SideBySideOrder): Promise<number> => {
  const codes = await Promise.all(
    shares.map(async (share, index) => {
      // A group of its own: Ctrl-C is ours to hear, and a closed channel tells it that we are gone.
      const child = fork(main, [...argsOf(share)], { detached: true, silent: true })
      const stop = (): void => void child.kill('SIGINT')
      signal.addEventListener('abort', stop)
      for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface(stream).on('line', (line) => onLine(`${index + 1}| ${line}`))
      const [code] = (await once(child, 'close')) as [number | null]
      signal.removeEventListener('abort', stop)
      return code ?? 1
    }),
  )
  return Math.max(...codes)
}
