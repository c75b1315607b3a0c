/** Where a source of one of our packages is built to. */
export const builtFile = (source: string): string => source.replace('/src/', '/dist/').replace(/\.ts$/, '.js')
