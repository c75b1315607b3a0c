/** What a person should know about a child. `said` is the end of its log. */
export type ChildEvent =
  | { readonly kind: 'ended'; readonly name: string; readonly how: string; readonly said: string; readonly restartMs: number }
  | { readonly kind: 'back'; readonly name: string }
  | { readonly kind: 'given-up'; readonly name: string; readonly how: string; readonly why: string; readonly said: string; readonly exitCode: number | null }
