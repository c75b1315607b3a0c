import type { ReconcilerDeps } from './reconciler-deps.ts'
import { SKEW_MS_MAX } from './vendor-clock.ts'

/** Takes over what an answer's Date showed, and says so aloud when the clocks begin or cease to differ by too much. */
export const learnSkew = ({ account, vendorClock, logger }: Pick<ReconcilerDeps, 'account' | 'vendorClock' | 'logger'>, skewMs: number | null): void => {
  const differed = isTooMuch(vendorClock.skewMs())
  vendorClock.learn(skewMs)
  const differs = isTooMuch(vendorClock.skewMs())
  if (differs && !differed)
    logger.error(
      { event: 'clock.skewed', account, skewMs, skewMsMax: SKEW_MS_MAX },
      "this host's clock and Exotel's differ; windows follow Exotel's, times of receipt are wrong: check NTP on this host",
    )
  if (differed && !differs) logger.info({ event: 'clock.agrees', account, skewMs }, 'the clocks agree again')
}

const isTooMuch = (skewMs: number | null): boolean => Math.abs(skewMs ?? 0) > SKEW_MS_MAX
