import { z } from 'zod'

const LogLine = z.looseObject({
  level: z.string(),
  service: z.string(),
  msg: z.string().optional(),
  event: z.string().optional(),
  err: z.looseObject({ message: z.string() }).optional(),
})

/** A line of a service's log, or null for anything else it printed. */
export const readLogLine = (line: string): { readonly level: string; readonly text: string } | null => {
  if (!line.startsWith('{"level":')) return null
  try {
    const { level, service, msg, event, err } = LogLine.parse(JSON.parse(line))
    return { level, text: [`${service}:`, msg ?? event ?? '', err === undefined ? '' : `(${err.message})`].filter(Boolean).join(' ') }
  } catch {
    return null
  }
}
