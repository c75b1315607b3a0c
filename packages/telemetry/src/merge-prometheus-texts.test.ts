import { expect, it } from 'vitest'
import { mergePrometheusTexts } from './merge-prometheus-texts.ts'

const scrape = (worker: number) => `# HELP a_total What a counts
# TYPE a_total counter
a_total{worker="${worker}"} 1
# HELP b What b measures
# TYPE b gauge
b{worker="${worker}"} 2
`

it('the scrapes of several workers become one, each metric described once', () => {
  expect(mergePrometheusTexts([scrape(0), scrape(1)])).toBe(`# HELP a_total What a counts
# TYPE a_total counter
a_total{worker="0"} 1
a_total{worker="1"} 1
# HELP b What b measures
# TYPE b gauge
b{worker="0"} 2
b{worker="1"} 2
`)
})

it('one scrape stays as it is, and none is empty', () => {
  expect(mergePrometheusTexts([scrape(0)])).toBe(scrape(0))
  expect(mergePrometheusTexts([])).toBe('')
  expect(mergePrometheusTexts(['# no registered metrics\n'])).toBe('')
})
