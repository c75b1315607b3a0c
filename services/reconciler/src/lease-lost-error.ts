/** Another reconciler took the lease over; what it does is right, so this one stops. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
  constructor(job: string) {
    super(`the lease ${job} was taken over`)
  }
}
