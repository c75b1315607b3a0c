import type { ReconcilerDeps } from './reconciler-deps.ts'
import { SKEW_MS_MAX } from './vendor-clock.ts'

type Skewed = Pick<ReconcilerDeps, 'account' | 'vendorClock' | 'logger'>

/** Takes over what an answer's Date showed, and says so aloud when the clocks begin or cease to differ by too much. */
export const learnSkew = (deps: Skewed, skewMs: number | null): void => tellingOfSkew(deps, () => deps.vendorClock.learn(skewMs))

/** Takes over what this host's clock was set to, and says the same. */
export const followHost = (deps: Skewed): void => tellingOfSkew(deps, () => deps.vendorClock.followHost())

const tellingOfSkew = ({ account, vendorClock, logger }: Skewed, change: () => void): void => {
  const differed = isTooMuch(vendorClock.skewMs())
  change()
  const skewMs = vendorClock.skewMs()
  const differs = isTooMuch(skewMs)
  if (differs && !differed)
    logger.error(
      { event: 'clock.skewed', account, skewMs, skewMsMax: SKEW_MS_MAX },
      "this host's clock and Exotel's differ; windows follow Exotel's, times of receipt are wrong: check NTP on this host",
    )
  if (differed && !differs) logger.info({ event: 'clock.agrees', account, skewMs }, 'the clocks agree again')
}

const isTooMuch = (skewMs: number | null): boolean => Math.abs(skewMs ?? 0) > SKEW_MS_MAX
