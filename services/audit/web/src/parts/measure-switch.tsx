import { linkTo, MEASURES, type MeasureName, type Route } from '../route/route.ts'

export const MEASURE_TITLES: Readonly<Record<MeasureName, string>> = { completeness: 'Completeness', timeliness: 'Timeliness', webhooks: 'Webhook yield' }
export const MEASURE_ASKS: Readonly<Record<MeasureName, string>> = {
  completeness: 'Do we hold what Exotel has?',
  timeliness: 'How soon was it held?',
  webhooks: 'Did the webhooks come?',
}

/** One measure at a time: they are never mixed. Each choice is a link, so it can be sent to somebody and gone back from. */
export const MeasureSwitch = ({ route }: { route: Extract<Route, { measure: MeasureName }> }) => (
  <nav class="switch" aria-label="Measure">
    {MEASURES.map((measure) => (
      <a key={measure} href={linkTo({ ...route, measure })} {...(measure === route.measure ? { 'aria-current': 'true' as const } : {})}>
        {MEASURE_TITLES[measure]}
      </a>
    ))}
  </nav>
)
