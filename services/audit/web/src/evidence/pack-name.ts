import { istDay, spanOfDay } from '../time/ist.ts'

/** What the service names an evidence pack of a time when it is downloaded, so that the commands shown beside it are of that file. Pure. */
export const packName = (account: string, { from, to }: { readonly from: string; readonly to: string }): string => {
  const day = istDay(from)
  const whole = spanOfDay(day)
  const time = from === whole.from && to === whole.to ? day : [from, to].map((at) => at.replaceAll(':', '-').replace('.000', '')).join('--')
  return `${account}-${time}.pack.zip`
}
