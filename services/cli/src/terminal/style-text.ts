const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

export type TextStyle = keyof typeof CODES

/** Text in an ANSI style; as it is where there is no colour to be had. */
export const styleText = (text: string, style: TextStyle | null, colour: boolean): string => (style === null || !colour ? text : `\x1b[${CODES[style]}m${text}\x1b[0m`)
