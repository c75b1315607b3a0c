import type { Mutant } from '../mutant.ts'

const run = (test: string) => [{ file: 'services/reconciler/src/reconcile-account.int.test.ts', test }]

const simulated = (seed: number) => [{ file: 'test/simulation/reconcile/reconcile.int.test.ts', seed }]

const closing = [{ file: 'services/reconciler/src/close-windows.test.ts' }]

/** What a run does, and what it may not do. */
export const RECONCILING_MUTANTS: readonly Mutant[] = [
  {
    name: 'what was found is assumed to be held',
    file: 'services/reconciler/src/close-windows.ts',
    find: 'projected: rows.every((row) => isHeld(row, held))',
    replace: 'projected: true',
    killedBy: closing,
    why: 'A window would close over what the projector refuses.',
  },
  {
    name: 'a call of ours that is not explained is not counted',
    file: 'services/reconciler/src/close-windows.ts',
    find: 'evidence.unresolved.has(call.callSid) && isCreatedIn(window, call)',
    replace: 'evidence.unresolved.has(call.callSid) && !isCreatedIn(window, call)',
    killedBy: closing,
    why: 'Its window would be final, and another one never.',
  },
  {
    name: 'what is absent is judged before the projector has read it',
    file: 'services/reconciler/src/caught-up.ts',
    find: 'deps.projectionWaitMs)) ? { at, drainedTo } : null',
    replace: 'deps.projectionWaitMs)) || true ? { at, drainedTo } : null',
    killedBy: run('is never judged missing by what the projector has not read yet'),
    why: 'A webhook that is in the log would be called missing.',
  },
  {
    name: 'a run that lost its lease goes on writing',
    file: 'packages/store/src/reconcile/under-lease.ts',
    find: 'return rowCount === 1 ?',
    replace: 'return rowCount !== null ?',
    killedBy: run('that is taken over during a scan stops the run'),
    why: 'A process that was paused for an hour would write over the one that took its place.',
  },
  {
    name: 'a silence is forgotten with the process that was asked for it',
    file: 'services/reconciler/src/reconcile-account.ts',
    find: '  await keepSilence(deps)\n',
    replace: '',
    killedBy: run('is kept by whoever runs next, in another process too'),
    why: 'A restart would break every Retry-After.',
  },
  {
    name: 'webhooks are judged by a clock that nobody has checked',
    file: 'services/reconciler/src/rejudge-calls.ts',
    find: 'if (deps.vendorClock.skewMs() === null) return 0',
    replace: '',
    killedBy: run('unbeknown to a process that Exotel has not answered yet'),
    why: 'Where ours is hours ahead everything would be overdue.',
  },
  {
    name: 'windows are made with a gap between two runs',
    file: 'services/reconciler/src/make-windows.ts',
    find: 'newest + WINDOW_MS',
    replace: 'newest + 2 * WINDOW_MS',
    killedBy: run('begin one longest call before the first run and are contiguous ever after'),
    why: 'Nobody would look for the calls of windows that do not exist.',
  },
  {
    name: 'a clock that was set is taken for Exotel’s',
    file: 'services/reconciler/src/vendor-clock.ts',
    find: 'if (skewMs !== null) skewMs -= setMs',
    replace: '',
    killedBy: [{ file: 'services/reconciler/src/vendor-clock.test.ts' }],
    why: 'Setting our clock forward by an hour would close windows an hour early.',
  },
  {
    name: 'a range that cannot be read is given up as a whole',
    file: 'services/reconciler/src/work-in-turn.ts',
    find: 'if (windows < 2) return []',
    replace: 'if (windows < 200) return []',
    killedBy: run('the range is halved down to the one that cannot be'),
    why: 'One row that nobody can read would hide two hours of calls.',
  },
  {
    name: 'a scan for long calls alone stands for its windows',
    file: 'services/reconciler/src/reconcile-scan.ts',
    find: '    if (isFiltered(request)) return [missing, 0]\n',
    replace: '',
    killedBy: simulated(9100),
    why: 'A window would be provisional on a listing that leaves out nearly all of its calls.',
  },
  {
    name: 'lookups go before scans that have a deadline',
    file: 'services/reconciler/src/turns.ts',
    find: 'mayLookUp: () => lookups > 0',
    replace: 'mayLookUp: () => true',
    killedBy: run('waits for that behind scans that have a deadline'),
    why: 'In a blackout every call wants a lookup: at full traffic all calls were late for it.',
  },
  {
    name: 'lookups wait for the next slot though nothing else is due',
    file: 'services/reconciler/src/work-in-turn.ts',
    find: '(await options.spare())) continue',
    replace: '(await options.spare())) return null',
    killedBy: run('is read by Sid in the run that finds it'),
    why: 'The budget would lie idle while talk times are not known.',
  },
]
