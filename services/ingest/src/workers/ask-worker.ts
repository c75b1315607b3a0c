import type { Worker } from 'node:cluster'
import { ReportAnswer, type ReportRequest, type WorkerReport } from './worker-report.ts'

const ANSWER_MS_MAX = 2_000
let lastId = 0

/** One worker's report; null when it is starting, stopping or too busy to answer in time. */
export const askWorker = (worker: Worker): Promise<WorkerReport | null> =>
  new Promise((resolve) => {
    const id = ++lastId
    const settle = (report: WorkerReport | null): void => {
      clearTimeout(timer)
      worker.removeListener('message', onMessage)
      resolve(report)
    }
    const onMessage = (message: unknown): void => {
      const answer = ReportAnswer.safeParse(message)
      if (answer.success && answer.data.id === id) settle(answer.data.report)
    }
    const timer = setTimeout(() => settle(null), ANSWER_MS_MAX)
    worker.on('message', onMessage)
    if (!worker.isConnected()) return settle(null)
    worker.send({ kind: 'report-please', id } satisfies ReportRequest, (error) => {
      if (error !== null) settle(null)
    })
  })
