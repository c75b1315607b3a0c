/** So many figures of two hours have to be compared at the least, by the way in which they are told: a check that compares nothing must not pass. */
export const COMPARED_MIN: Readonly<Record<string, number>> = {
  'API by day': 46,
  'API by hour': 69,
  'API by window': 460,
  'API, in days': 10,
  'API, in hours': 200,
  'API, in windows': 2_500,
  'SQL by day': 26,
  'SQL by window': 100,
  'heat map': 40,
  'page of a day': 46,
  'page of a day, its windows': 3_000,
  'page of a window': 100,
  'rollcall measures by day': 46,
  'rollcall measures by hour': 69,
  'rollcall measures by window': 460,
}

/** The ways in which too little was told to say anything. */
export const tooFew = (compared: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(COMPARED_MIN).flatMap(([how, min]) => ((compared[how] ?? 0) < min ? [`${how}: ${compared[how] ?? 0} figures were compared, needed are ${min}`] : []))
