import type { Clock } from '@rollcall/domain/time'
import { SECOND } from '@rollcall/domain/time'
import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'
import type { Publication } from './publish-checkpoints.ts'
import type { KeeperStatus } from './run-keeper.ts'

/** Shows how far the tree is, whenever metrics are read. */
export const observeKeeper = (status: KeeperStatus, publication: Publication, clock: Clock): void => {
  const gauge = (name: string, description: string) => meter().createObservableGauge(name, { description })

  gauge(METRICS.keeperLeaves, 'Records of the audit topic in the tree').addCallback((result) => result.observe(status.size))
  gauge(METRICS.keeperUnsignedLeaves, 'Records in the tree that no checkpoint stands for yet').addCallback((result) => result.observe(status.size - (status.signed?.size ?? 0)))
  gauge(METRICS.keeperSignedSeconds, 'Since the newest checkpoint was signed').addCallback((result) => {
    if (status.signed !== null) result.observe((clock() - status.signed.at) / SECOND)
  })
  gauge(METRICS.keeperPlaceBehindSeconds, 'How long a place has lacked what was signed; 0 while it has the newest checkpoint').addCallback((result) => {
    for (const { description, lacksSince } of publication.places()) result.observe(lacksSince === null ? 0 : (clock() - lacksSince) / SECOND, { place: description })
  })
  gauge(METRICS.keeperUnpublishedPlaces, 'Places that did not take the newest checkpoint').addCallback((result) =>
    result.observe(publication.places().filter(({ trouble }) => trouble !== null).length),
  )
}
