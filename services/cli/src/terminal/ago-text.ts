import { SECOND } from '@rollcall/domain/time'
import { durationText } from './duration-text.ts'

/** How long ago something was: `just now`, `12 s ago`. */
export const agoText = (ms: number): string => (ms < SECOND ? 'just now' : `${durationText(ms)} ago`)
