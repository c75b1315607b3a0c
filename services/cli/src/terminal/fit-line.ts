/** A line of a screen: cut where it would wrap, since a wrapped line would break a picture that is redrawn in place. Plain text, no escapes. */
export const fitLine = (line: string, columns: number): string => (line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`)
