/** A webhook's parameters in their order. Forms write what is nested with brackets. */
export interface WebhookFields {
  readonly [name: string]: FieldValue
}
export type FieldValue = string | number | null | WebhookFields | readonly WebhookFields[] | readonly string[]
