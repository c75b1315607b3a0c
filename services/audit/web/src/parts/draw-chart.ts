import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ChartData } from './chart-data.ts'
import { lonePoints } from './lone-points.ts'

const POINTS_MAX = 12
const POINT_PX = 6

const AXIS_FONT = '11px system-ui, sans-serif'
const AXIS_PX_MIN = 40
/** What uPlot leaves between a text and the chart. */
const AXIS_GAP_PX = 10

/** As the marks in the caption: the first whole, the second dashed. */
const LINES = ['var(--link)', 'var(--poor-strong)'] as const

/** What a colour of the style sheet is now: a canvas knows no variables. */
const colourReader = (place: HTMLElement) => (value: string) => {
  const probe = document.createElement('span')
  probe.style.color = value
  place.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** As wide as the widest text beside an axis, and never narrower than most are, so that charts stand in line. */
const roomFor = ({ ctx }: uPlot, texts: readonly string[] | null): number => {
  ctx.font = AXIS_FONT
  return Math.max(AXIS_PX_MIN, ...(texts ?? []).map((text) => Math.ceil(ctx.measureText(text).width) + AXIS_GAP_PX))
}

/** Draws lines into an element, in the colours that the page has now. */
export const drawChart = (
  place: HTMLElement,
  {
    at,
    axisText,
    series,
    height,
    pointed,
    open,
  }: Pick<ChartData, 'at' | 'axisText' | 'series'> & { height: number; pointed: (index: number | null) => void; open: (index: number) => void },
): uPlot => {
  const colour = colourReader(place)
  const axis = {
    stroke: colour('var(--quiet)'),
    grid: { stroke: colour('var(--line)'), width: 1 },
    ticks: { show: false },
    font: AXIS_FONT,
  }
  const text = series[0]?.text ?? String
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height,
      // Room for a point at an edge.
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      // The texts are of the zone that is meant, whichever the browser is in.
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
      scales: { y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [
        { ...axis, size: 24, space: 70, values: (_, ticks) => ticks.map((tick) => axisText(new Date(tick * 1_000))) },
        { ...axis, size: roomFor, space: 36, values: (_, values) => values.map((value) => text(value)) },
      ],
      series: [
        {},
        ...series.map(({ label, values }, index) => ({
          label,
          stroke: colour(LINES[index] ?? 'var(--quiet)'),
          width: 1.5,
          ...(index === 0 ? {} : { dash: [5, 4] }),
          ...(series.length === 1 ? { fill: colour('color-mix(in srgb, var(--link) 14%, transparent)') } : {}),
          // A few values are no line yet; and a value without neighbours is in no line at all.
          points: {
            show: values.filter((value) => value !== null).length <= POINTS_MAX,
            size: POINT_PX,
            fill: colour(LINES[index] ?? 'var(--quiet)'),
            filter: (_: uPlot, __: number, show: boolean) => (show ? null : lonePoints(values)),
          },
        })),
      ],
      hooks: { setCursor: [({ cursor }) => pointed(cursor.idx ?? null)] },
    },
    [[...at], ...series.map(({ values }) => [...values])],
    place,
  )
  plot.over.addEventListener('click', () => {
    if (typeof plot.cursor.idx === 'number') open(plot.cursor.idx)
  })
  return plot
}
