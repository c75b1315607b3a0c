/** A process of its own that sends callbacks as fast as they are answered and tells its parent what came back. */
import autocannon from 'autocannon'
import { callbackBodies } from './callback-body.ts'
import { LoadRequest, type LoadResult } from './load.ts'

const SAMPLES_MAX = 4_000_000
const MICROSECONDS = 1e6

const { url, connections, seconds, mark } = LoadRequest.parse(JSON.parse(process.argv[2] ?? 'null'))
const body = callbackBodies(mark)
const latencies = new Float64Array(SAMPLES_MAX)
let answered = 0
let otherAnswers = 0

const began = performance.now()
const running = autocannon({
  url,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  connections,
  duration: seconds,
  requests: [
    {
      setupRequest: (request) => {
        request.body = body()
        return request
      },
    },
  ],
})
running.on('response', (_client, statusCode, _bytes, milliseconds) => {
  if (statusCode < 200 || statusCode > 299) otherAnswers += 1
  else latencies[answered++] = milliseconds
})
const { errors, timeouts } = await running
const took = (performance.now() - began) / 1_000

const sorted = latencies.subarray(0, answered).sort()
const quantile = (share: number): number => sorted[Math.min(answered - 1, Math.floor(answered * share))] ?? Number.NaN
const { user, system } = process.cpuUsage()
const result: LoadResult = {
  answered,
  perSecond: answered / took,
  p50Ms: quantile(0.5),
  p99Ms: quantile(0.99),
  otherAnswers,
  errors: errors + timeouts,
  cpuSeconds: (user + system) / MICROSECONDS,
}
process.stdout.write(JSON.stringify(result))
