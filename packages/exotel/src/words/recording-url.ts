/** A recording's address without its query: a signature there expires in minutes and would make equal recordings look different. */
export const recordingAddress = (text: string): string => text.replace(/[?#].*$/s, '')
