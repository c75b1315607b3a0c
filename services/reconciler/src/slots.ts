import { DAY, HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import cron from 'node-cron'

/** What a schedule's expressions are meant in. India has one zone without summer time, so its days are all of one length. */
export const SCHEDULE_TIMEZONE = 'Asia/Kolkata'
const INDIA_OFFSET_MS = 5.5 * HOUR
/** A gap longer than this is counted from here on only: the count says enough. */
export const SLOTS_LOOKED_BACK_MS_MAX = 7 * DAY
/** 29 February of one weekday comes every 28 years at the latest; an expression that waits longer has no next slot worth telling. */
const NEXT_SLOT_DAYS_MAX = 366

/**
 * The slots of a cron expression in `(after, to]`, ascending. node-cron tells only those after now, so the time of day is taken from its
 * fields, and whether a day counts from its own matching.
 */
export const slotsBetween = (expression: string, after: Instant, to: Instant): readonly Instant[] => {
  const slots: Instant[] = []
  for (let day = dayOf(Math.max(after, to - SLOTS_LOOKED_BACK_MS_MAX)); day <= to; day += DAY)
    slots.push(...slotsOfDay(expression, day).filter((slot) => slot > after && slot > to - SLOTS_LOOKED_BACK_MS_MAX && slot <= to))
  return slots
}

/** The first slot after a moment; the moment a year later where there is none until then. */
export const nextSlot = (expression: string, after: Instant): Instant => {
  for (let day = dayOf(after), days = 0; days <= NEXT_SLOT_DAYS_MAX; day += DAY, days += 1) {
    const slot = slotsOfDay(expression, day).find((each) => each > after)
    if (slot !== undefined) return slot
  }
  return after + NEXT_SLOT_DAYS_MAX * DAY
}

/** Midnight in India of the day that holds the moment. */
const dayOf = (at: Instant): Instant => Math.floor((at + INDIA_OFFSET_MS) / DAY) * DAY - INDIA_OFFSET_MS

const slotsOfDay = (expression: string, day: Instant): readonly Instant[] => {
  const { hour, minute, second } = cron.parse(expression)
  const times = hour.flatMap((h) => minute.flatMap((m) => second.map((s) => day + h * HOUR + m * MINUTE + s * SECOND)))
  const [first] = times
  if (first === undefined) return []
  const task = cron.createTask(expression, () => {}, { timezone: SCHEDULE_TIMEZONE })
  try {
    return task.match(new Date(first)) ? times : []
  } finally {
    void task.destroy()
  }
}
