import type { Position } from '@rollcall/contracts/audit-api/words'

/** The name of an observation within the view of its call. */
export const placeId = ({ partition, offset }: Position): string => `observation-${partition}-${offset}`

/** Partition and offset as one word, as the timeline of the command line has it. */
export const placeText = ({ partition, offset }: Position): string => `${partition}:${offset}`

/** Shows the observation at that place, and moves the focus to it. The address keeps naming the view. */
export const showPlace = (event: Event, position: Position): void => {
  event.preventDefault()
  const place = document.getElementById(placeId(position))
  place?.scrollIntoView({ block: 'center' })
  place?.focus({ preventScroll: true })
}
