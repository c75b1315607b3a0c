import { InvalidArgumentError } from 'commander'

const NAME_CHARACTERS_MAX = 128

/** The name of a person as it stands in the audit log. @throws InvalidArgumentError saying what is needed; commander names the option and the value. */
export const personName = (text: string): string => {
  const name = text.trim()
  if (name === '' || name.length > NAME_CHARACTERS_MAX || /\p{C}/u.test(name)) throw new InvalidArgumentError(`Needed is a name of at most ${NAME_CHARACTERS_MAX} characters.`)
  return name
}
