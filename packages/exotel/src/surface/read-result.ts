import type { CallFacts } from '@rollcall/domain/call/fact'
import type { Notice } from './notice.ts'
import type { ReadException } from './read-exception.ts'

/**
 * What came of reading an observation. `no-call`: it speaks of no call, as probes and heartbeats do; nothing is wrong.
 * `unreadable`: it should have spoken of a call; it becomes a dead letter with this reason, which holds no field's value.
 */
export type ReadResult =
  | { readonly kind: 'facts'; readonly facts: CallFacts; readonly exceptions: readonly ReadException[] }
  | { readonly kind: 'no-call'; readonly why: string; readonly notice: Notice | null; readonly exceptions: readonly ReadException[] }
  | { readonly kind: 'unreadable'; readonly reason: string }
