/** In the environment of every process of a run; its value is the run's folder. */
export const RUN_MARK = 'ROLLCALL_CHAOS_RUN'
