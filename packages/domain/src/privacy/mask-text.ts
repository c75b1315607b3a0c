/**
 * What may be a name of a parameter, in JSON, in a form, and in a multipart part. Names are Exotel's or a program's and show what is
 * wrong with a body; everything else may be about a person.
 */
const NAMES =
  /"(?<json>[A-Za-z_][\w[\].-]{0,63})"(?=\s*:)|(?<=^|&)(?<form>[A-Za-z_][\w%[\].-]{0,63})(?==)|Content-Disposition: form-data; name="(?<part>[A-Za-z_][\w[\].-]{0,63})"/g
/** A number of some length may be a person's, wherever it stands. */
const LONG_NUMBER = /[0-9]{4}/

/** The text with its structure and the names of its parameters, and nothing of their values but their length and kind. Pure. */
export const maskText = (text: string): string => {
  let masked = ''
  let at = 0
  for (const match of text.matchAll(NAMES)) {
    const { json, form, part } = match.groups ?? {}
    masked += mask(text.slice(at, match.index)) + (isName(json ?? form ?? part ?? '') ? match[0] : mask(match[0]))
    at = match.index + match[0].length
  }
  return masked + mask(text.slice(at))
}

/** A parameter's name, unless it may be about a person. Pure. */
export const maskName = (name: string): string => (NAME.test(name) && isName(name) ? name : mask(name))

const NAME = /^[A-Za-z_][\w[\].-]{0,127}$/
const isName = (name: string): boolean => !LONG_NUMBER.test(name)

const mask = (text: string): string =>
  text
    .replace(/[0-9]/g, '0')
    .replace(/[A-Za-z]/g, 'x')
    .replace(/[^\0-\x7f]/gu, '·')
