import type { Field } from '@rollcall/domain/call/fact'

/** What of a call may have changed: one of its fields, whether the API has confirmed it, or where its sources contradict each other. */
export type ChangedName = Field | 'verified' | 'conflicts'
