import type { Instant } from '@rollcall/domain/time'
import { WINDOW_MS, type Window } from '@rollcall/domain/window/window'
import type { WindowState } from '@rollcall/domain/window/window-state'
import { noteAudit } from '@rollcall/reconciler/note-audit'
import type { ReconcilerDeps, RunLease } from '@rollcall/reconciler/reconciler-deps'
import { windowChanged } from '@rollcall/reconciler/window-changed'
import { writeUnderLease } from '@rollcall/reconciler/write-under-lease'
import { ensureWindows } from '@rollcall/store/reconcile/ensure-windows'
import { moveWindows } from '@rollcall/store/reconcile/move-windows'
import { readWindows } from '@rollcall/store/reconcile/read-windows'

const REASON = 'sound-scan'

/** Makes those of the windows that are not there, and moves the others to states that nobody has to bear out; noted for the audit topic, in one transaction, as the reconciler does. */
export const moveWindowsTold = (deps: ReconcilerDeps, lease: RunLease, windows: readonly Window[], now: Instant, drawState: () => WindowState): Promise<void> => {
  const about = { at: now, difference: null, positions: new Map(), watermark: null }
  const [first, last] = [windows[0] as Window, windows.at(-1) as Window]
  return writeUnderLease(deps, lease, async (tx) => {
    const made = await ensureWindows(
      tx,
      deps.account,
      windows.map((window) => ({ window, state: { state: 'open' }, reason: 'made' })),
      now,
    )
    const isNew = new Set(made.map(({ window }) => window.from))
    const held = await readWindows(tx, deps.account, { from: first.from, to: last.from + WINDOW_MS })
    const moves = held.flatMap(({ window, state }) => (isNew.has(window.from) ? [] : [{ window, from: state, to: drawState() }]))
    await moveWindows(
      tx,
      deps.account,
      moves.map(({ window, to }) => ({ window, state: to, reason: REASON })),
      now,
      lease,
    )
    await noteAudit(deps, tx, lease, [
      ...made.map(({ window, state, reason }) => windowChanged({ ...about, window, from: null, transition: { to: state, reason, evidence: [] } })),
      ...moves.map(({ window, from, to }) => windowChanged({ ...about, window, from, transition: { to, reason: REASON, evidence: [] } })),
    ])
  })
}

export const STATES: readonly WindowState[] = [
  { state: 'settling' },
  { state: 'provisional', scan: 'a', digest: 'd' },
  { state: 'final', scans: ['a', 'b'], digest: 'd' },
  { state: 'amended', times: 1, scan: 'c', digest: 'e' },
  { state: 'gap' },
]
