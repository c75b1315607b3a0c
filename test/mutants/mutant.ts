/** A small wrong change to our code that a test has to catch. */
export interface Mutant {
  /** What is done wrong, as one would say it. */
  readonly name: string
  /** Below the repository's root. */
  readonly file: string
  /** Exact text of the file; it occurs there once. */
  readonly find: string
  readonly replace: string
  /** Each of these has to fail. */
  readonly killedBy: readonly Killer[]
  /** Whether its killers run services as they are built: then it is planted there too, where its text has to be the same. */
  readonly inBuilt?: true
  /** What would go wrong in life. */
  readonly why: string
}

export interface Killer {
  /** Below the repository's root. */
  readonly file: string
  /** A part of the test's name, where the file's other tests need not run. */
  readonly test?: string
  /** For a simulation: the seed of the run that sees it, or the first of `runs` seeds of which one does. */
  readonly seed?: number
  /** One, where absent. */
  readonly runs?: number
}

/** The file's text with the mutant in it. @throws Error where the text to replace does not occur exactly once, or nothing would change. */
export const applyMutant = (source: string, { name, file, find, replace }: Pick<Mutant, 'name' | 'file' | 'find' | 'replace'>): string => {
  const [before, after, ...more] = source.split(find)
  if (find === '' || after === undefined || more.length > 0)
    throw new Error(`"${name}" does not apply: its text occurs ${more.length + (after === undefined ? 0 : 1)} times in ${file}`)
  if (find === replace) throw new Error(`"${name}" changes nothing`)
  return `${before}${replace}${after}`
}
