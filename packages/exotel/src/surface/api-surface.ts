import { callRow } from './call-row.ts'
import type { CallSurface, Parameters } from './call-surface.ts'
import { hasNameIn } from './has-name.ts'
import { voiceV3 } from './voice-v3.ts'

/** How an API's answer about a call is read: v1's row, or v3's call details. */
export const apiSurface = (parameters: Parameters): CallSurface => (hasNameIn(parameters)('call_details') ? voiceV3 : callRow)
