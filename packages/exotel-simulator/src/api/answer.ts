/** What goes back over HTTP. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Not before this has resolved; left out: at once. */
  readonly after?: Promise<void>
}
