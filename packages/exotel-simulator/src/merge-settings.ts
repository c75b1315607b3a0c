const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Settings with what a later one names: objects are merged, everything else is replaced. */
export const mergeSettings = (current: unknown, patch: unknown): unknown =>
  isRecord(current) && isRecord(patch)
    ? Object.fromEntries(
        [...new Set([...Object.keys(current), ...Object.keys(patch)])].map((name) => [name, name in patch ? mergeSettings(current[name], patch[name]) : current[name]]),
      )
    : patch
