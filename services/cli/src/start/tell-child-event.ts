import { readLogLine } from '../services/log-line.ts'
import type { ChildEvent } from '../supervise/child-event.ts'
import { durationText } from '../terminal/duration-text.ts'

/** Enough to see why; the whole is in the log. */
const SAID_LINES_MAX = 5
const LINE_CHARACTERS_MAX = 300

/** What happened to a child, in words, with its last words. Pure. */
export const tellChildEvent = (event: ChildEvent): string => {
  switch (event.kind) {
    case 'ended':
      return `${event.name} ended by itself (${event.how}) and is started again in ${durationText(event.restartMs)}. Its last words:\n${lastWords(event.said)}`
    case 'back':
      return `${event.name} is up again`
    case 'given-up':
      return `${event.name} ended (${event.how}) and is not started again: ${event.why}. Its last words:\n${lastWords(event.said)}`
    default:
      return event satisfies never
  }
}

const lastWords = (said: string): string =>
  said
    .split('\n')
    .slice(-SAID_LINES_MAX)
    .map((line) => {
      const logged = readLogLine(line)
      return `  ${(logged === null ? line : `${logged.level}: ${logged.text}`).slice(0, LINE_CHARACTERS_MAX)}`
    })
    .join('\n')
