import { istClock, istDate, istMinute, utcText } from '../time/ist.ts'

/**
 * A moment in IST, with its UTC when it is pointed at or has the focus. `bare`: it stands in a table whose rows have a link each, where hundreds of stops
 * would help nobody, and where the head of its column says the zone.
 */
export const At = ({ time, show = 'both', bare = false }: { time: string; show?: 'both' | 'clock' | 'minute' | 'date'; bare?: boolean }) => (
  // What the mouse gets by pointing, the keyboard gets by the focus.
  <time class="at" dateTime={time} data-tip={utcText(time)} {...(bare ? {} : { tabIndex: 0 })}>
    {TEXTS[show](time)}
    {bare || show === 'date' ? '' : ' IST'}
  </time>
)

const TEXTS = {
  both: (time: string) => `${istDate(time)}, ${istClock(time)}`,
  clock: istClock,
  minute: istMinute,
  date: istDate,
}
