import { useMemo } from 'preact/hooks'
import { countText } from '../measures/share.ts'
import { Legend } from '../parts/legend.tsx'
import { useRoving } from '../parts/roving.ts'
import { linkTo } from '../route/route.ts'
import { cellKind, hoursOf, WINDOWS_PER_HOUR, type WindowCell, windowAfter } from './hours.ts'
import { windowTip } from './window-tip.ts'

const MEANS = {
  final: 'final',
  amended: 'amended',
  lacking: 'closed, lacks a call',
  provisional: 'provisional',
  settling: 'settling',
  open: 'under way',
  gap: 'gap',
  absent: 'not begun, or not taken on',
} as const

/** A day as its 288 windows: a line is an hour, a cell five minutes. The number in a cell is how many calls Exotel listed. */
export const WindowGrid = ({ account, windows, webhooks }: { account: string; windows: readonly WindowCell[]; webhooks: boolean }) => {
  const hours = useMemo(() => hoursOf(windows), [windows])
  const next = useMemo(() => windowAfter(windows.length), [windows.length])
  const { grid, onKeyDown, onFocus, tabIndexOf } = useRoving('0', next)
  const busiest = Math.max(1, ...hours.map(({ listed }) => listed))
  const kinds = windows.map(cellKind)
  const now = Date.now()
  return (
    <>
      <Legend entries={Object.entries(MEANS).map(([kind, means]) => ({ level: `w-${kind}`, means, count: kinds.filter((other) => other === kind).length }))} />
      <div role="grid" aria-label="Windows of the day, an hour in a row" class={`windows ${webhooks ? '' : 'without-webhooks'}`} ref={grid} onKeyDown={onKeyDown}>
        <div role="row" class="hour hour-head">
          <span role="columnheader" class="hour-name">
            IST
          </span>
          {Array.from({ length: WINDOWS_PER_HOUR }, (_, column) => (
            <span role="columnheader" key={`:${String(column * 5).padStart(2, '0')}`} class="minute">
              :{String(column * 5).padStart(2, '0')}
            </span>
          ))}
          <span role="columnheader" class="total">
            Calls
          </span>
          <span role="columnheader" class="total" data-tip="Calls that Exotel lists in a closed window and that we do not hold as listed">
            Not held
          </span>
          {webhooks && (
            <span role="columnheader" class="total" data-tip="Webhooks that calls should have had and that did not come">
              Webhooks missing
            </span>
          )}
        </div>
        {hours.map((hour) => (
          <div role="row" class="hour" key={hour.hour}>
            <span role="rowheader" class="hour-name">
              {String(hour.hour).padStart(2, '0')}
              <span>:00</span>
            </span>
            {hour.windows.map((window, column) => {
              const cell = String(hour.hour * WINDOWS_PER_HOUR + column)
              const tip = windowTip(window, now)
              return (
                <span role="gridcell" key={window.from}>
                  <a
                    class={`cell level-w-${cellKind(window)}`}
                    href={linkTo({ page: 'window', account, from: window.from })}
                    data-cell={cell}
                    data-tip={tip}
                    aria-label={tip}
                    tabIndex={tabIndexOf(cell)}
                    onFocus={() => onFocus(cell)}
                  >
                    <span class="cell-count">{window.listed > 0 ? window.listed : ''}</span>
                  </a>
                </span>
              )
            })}
            <span role="gridcell" class="total">
              <meter class="load" min={0} max={busiest} value={hour.listed} aria-hidden="true" />
              {hour.listed === 0 ? '–' : countText(hour.listed)}
            </span>
            <span role="gridcell" class={`total ${hour.notHeld > 0 ? 'is-bad' : 'is-zero'}`}>
              {countText(hour.notHeld)}
            </span>
            {webhooks && (
              <span role="gridcell" class={`total ${hour.webhooksMissing > 0 ? 'is-poor' : 'is-zero'}`}>
                {countText(hour.webhooksMissing)}
              </span>
            )}
          </div>
        ))}
      </div>
    </>
  )
}
