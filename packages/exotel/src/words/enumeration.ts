/** What an unfamiliar word of a closed list reads as; the reading says so as an exception. */
export const UNKNOWN = 'unknown'

/** Reads a word of a closed list, in any letter case, into our word for it. Keys are lower case. */
export const enumeration = <W extends string>(words: ReadonlyMap<string, W>): ((text: string) => W | typeof UNKNOWN) => {
  return (text) => words.get(text.toLowerCase()) ?? UNKNOWN
}

/** A closed list whose words are ours too. */
export const same = <W extends string>(...words: readonly W[]): ReadonlyMap<string, W> => new Map(words.map((word) => [word.toLowerCase(), word]))
