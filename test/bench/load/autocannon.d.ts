/** The part of autocannon that the bench uses; it brings no types of its own. */
declare module 'autocannon' {
  interface Request {
    body?: string | Buffer
  }
  interface Options {
    readonly url: string
    readonly method: 'POST'
    readonly headers: Readonly<Record<string, string>>
    readonly connections: number
    /** Seconds. */
    readonly duration: number
    readonly requests: readonly { readonly setupRequest: (request: Request) => Request }[]
  }
  interface Result {
    readonly errors: number
    readonly timeouts: number
  }
  interface Running extends PromiseLike<Result> {
    on(event: 'response', listener: (client: unknown, statusCode: number, bytes: number, milliseconds: number) => void): void
  }
  export default function autocannon(options: Options): Running
}
