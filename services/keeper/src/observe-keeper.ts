import type { Clock } from '@rollcall/domain/time'
import { SECOND } from '@rollcall/domain/time'
import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'
import type { Publication } from './publish-checkpoints.ts'
import type { KeeperStatus } from './run-keeper.ts'

/** Shows how far the tree is, whenever metrics are read. */
export const observeKeeper = (status: KeeperStatus, publication: Publication, clock: Clock): void => {
  const instruments = meter()
  instruments.createObservableGauge(METRICS.keeperLeaves).addCallback((result) => result.observe(status.size))
  instruments.createObservableGauge(METRICS.keeperUnsignedLeaves).addCallback((result) => result.observe(status.size - (status.signed?.size ?? 0)))
  instruments.createObservableGauge(METRICS.keeperSignedSeconds).addCallback((result) => {
    if (status.signed !== null) result.observe((clock() - status.signed.at) / SECOND)
  })
  instruments.createObservableGauge(METRICS.keeperPlaceBehindSeconds).addCallback((result) => {
    for (const { description, lacksSince } of publication.places()) result.observe(lacksSince === null ? 0 : (clock() - lacksSince) / SECOND, { place: description })
  })
  instruments.createObservableGauge(METRICS.keeperUnpublishedPlaces).addCallback((result) => result.observe(publication.places().filter(({ trouble }) => trouble !== null).length))
}
