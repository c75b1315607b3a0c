/** What a command's exit code says to a scheduler or a script (design §10). */
export const EXIT = { done: 0, failed: 1, usage: 2, gapsRemain: 3, heldElsewhere: 4 } as const
