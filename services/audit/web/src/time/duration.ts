/** A length of time as a person says it, rounded to what matters: `0.4 s`, `12 s`, `3 min 20 s`, `4 h 10 min`, `12 d`. */
export const durationText = (seconds: number): string => {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return join(Math.floor(whole / 60), 'min', whole % 60, 's')
  if (whole < 172_800) return join(Math.floor(whole / 3_600), 'h', Math.floor((whole % 3_600) / 60), 'min')
  return `${Math.floor(whole / 86_400)} d`
}

const join = (large: number, largeUnit: string, small: number, smallUnit: string) => `${large} ${largeUnit}${small > 0 ? ` ${small} ${smallUnit}` : ''}`

/** How long ago: `just now`, `12 s ago`, `3 min ago`. */
export const agoText = (at: string, now: number): string => {
  const seconds = (now - Date.parse(at)) / 1_000
  if (seconds < 5) return 'just now'
  const unit = seconds < 60 ? 1 : seconds < 3_600 ? 60 : seconds < 172_800 ? 3_600 : 86_400
  return `${durationText(Math.floor(seconds / unit) * unit)} ago`
}
