/** Which partitions a member should own: every one exactly once, and no member more than one above another. Members in any order; unknown `me` owns none. */
export const fairShare = (partitions: readonly number[], members: readonly string[], me: string): readonly number[] => {
  const sorted = [...new Set(members)].sort()
  const mine = sorted.indexOf(me)
  return mine < 0 ? [] : partitions.filter((partition) => partition % sorted.length === mine)
}
