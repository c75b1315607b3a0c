/** A fault was planned and did not come about: what it says is why. */
export class NotMadeError extends Error {
  override name = 'NotMadeError'
}
