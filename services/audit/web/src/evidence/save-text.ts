/** Gives the browser a text to keep as a file. */
export const saveText = (name: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on it from the next turn on.
  setTimeout(() => URL.revokeObjectURL(url))
}
