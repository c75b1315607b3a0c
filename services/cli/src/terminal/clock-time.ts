import type { Instant } from '@rollcall/domain/time'

/** A moment as the services' logs write it, to the second: `2026-01-31T04:00:00Z`. */
export const clockTime = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}Z`
