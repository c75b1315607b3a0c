/** What a terminal obeys instead of showing, or shows as nothing or out of its place: controls, formats (bidirectional ones too), separators, and what is no character. */
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Text from outside, as a terminal may be given it: on one line, and nothing in it is obeyed. Pure. */
export const safeText = (text: string): string => text.replace(UNSHOWABLE, (character) => NAMED[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
