import { SECOND } from '@rollcall/domain/time'
import type { Exchange } from '@rollcall/exotel/client/requester'
import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'

/** In seconds: a page of the list takes tenths, the longest wait is the client's own. */
const REQUEST_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Measures one account's requests: the share with outcome `answered` is Exotel's availability as we meet it, and the time its latency. */
export const measureExchanges = (account: string): ((exchange: Exchange) => void) => {
  const seconds = meter().createHistogram(METRICS.exotelRequestSeconds, {
    description: 'Requests to Exotel, by what was asked and how it ended',
    advice: { explicitBucketBoundaries: REQUEST_SECONDS },
  })
  return ({ endpoint, outcome, durationMs }) => seconds.record(durationMs / SECOND, { account, endpoint, outcome })
}
