/** What one question may ask for. Above it the answer is 400 `range-too-wide` or `bad-request`, and says the bound. */

/** Days that one question may span, by what it asks for: `days` the heat map and completeness by day; `hours` completeness by hour, and the measures; `windows` completeness by window; `list` any list; `export` a download. */
export const RANGE_DAYS_MAX = { days: 400, hours: 31, windows: 7, list: 400, export: 31 } as const
/** Of one download. What is more is asked for in shorter ranges, or written by `rollcall export`. */
export const EXPORT_CALLS_MAX = 2_000_000

export const PAGE_ITEMS_DEFAULT = 100
export const PAGE_ITEMS_MAX = 500
/** Of an annotation, or a reason of a reveal: characters. */
export const NOTE_CHARACTERS_MAX = 2_000
export const NAME_CHARACTERS_MAX = 128
