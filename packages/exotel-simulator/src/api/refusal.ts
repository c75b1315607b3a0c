/** A request Exotel would not serve, as it words it (contract: "Errors and rate limits"). */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }

  body(): object {
    return { RestException: { Status: this.status, Message: this.message } }
  }
}
