import { useEffect, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import type { ChartData } from './chart-data.ts'

const HEIGHT_PX = 140

/**
 * A picture of what the grid beside it says cell by cell; whoever cannot see it loses nothing but the picture. Drawn by uPlot, which is loaded once
 * something is to be drawn, so that the first paint does not wait for it.
 */
export const Chart = ({ title, at, whenText, axisText, series, open }: ChartData & { open: (index: number) => void }) => {
  const place = useRef<HTMLDivElement>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const [theme, setTheme] = useState(0)
  const latest = useRef({ open })
  latest.current = { open }

  useEffect(() => {
    const changed = () => setTheme((before) => before + 1)
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', changed)
    const chosen = new MutationObserver(changed)
    chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      system.removeEventListener('change', changed)
      chosen.disconnect()
    }
  }, [])

  // The data says what is drawn, and the theme in which colours.
  useEffect(() => {
    const holder = place.current
    if (holder === null) return
    let plot: uPlot | undefined
    let gone = false
    const resized = new ResizeObserver(() => plot?.setSize({ width: holder.clientWidth, height: HEIGHT_PX }))
    import('./draw-chart.ts').then(
      ({ drawChart }) => {
        if (gone) return
        plot = drawChart(holder, { at, axisText, series, height: HEIGHT_PX, pointed: setPointed, open: (index) => latest.current.open(index) })
        resized.observe(holder)
      },
      () => undefined,
    )
    return () => {
      gone = true
      resized.disconnect()
      plot?.destroy()
    }
  }, [at.join(), series.map(({ values }) => values.join()).join(';'), theme])

  const shown = pointed ?? lastMeasured(series)
  return (
    <figure class="chart">
      <figcaption>
        <span>{title}</span>
        {shown !== null && (
          <span class="chart-values">
            <span class="quiet">{whenText(shown)}</span>
            {series.map(({ label, values, text }, index) => (
              <span key={label} class={`chart-value line-${index}`}>
                {label} <b>{typeof values[shown] === 'number' ? text(values[shown]) : '–'}</b>
              </span>
            ))}
          </span>
        )}
      </figcaption>
      <div ref={place} class="chart-place" aria-hidden="true" />
    </figure>
  )
}

const lastMeasured = (series: ChartData['series']): number | null => {
  const last = Math.max(-1, ...series.map(({ values }) => values.findLastIndex((value) => value !== null)))
  return last < 0 ? null : last
}
