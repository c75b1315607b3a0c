/** A request Exotel would not serve, as it words it (contract: "Errors and rate limits"). */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  /** HTTP's own, which may differ from what the body says. */
  readonly httpStatus: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}, httpStatus = status) {
    super(message)
    this.status = status
    this.httpStatus = httpStatus
    this.headers = headers
  }

  body(): object {
    return { RestException: { Status: this.status, Message: this.message } }
  }
}
