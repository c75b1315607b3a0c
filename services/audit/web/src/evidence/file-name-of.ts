/** The name of a file of evidence, without its ending: no colons and no blanks, so that every system takes it and no shell needs quotes. Pure. */
export const fileNameOf = (account: string, name: string): string => `${account}-${name}`.replaceAll(/[^\w.-]+/g, '-')
