import { type ReportAnswer, ReportRequest, type WorkerReport } from './worker-report.ts'

/** Has this worker answer its primary's questions. */
export const answerPrimary = (report: () => Promise<WorkerReport>): void => {
  process.on('message', (message) => {
    const request = ReportRequest.safeParse(message)
    if (!request.success) return
    const { id } = request.data
    report().then(
      (given) => process.send?.({ kind: 'report', id, report: given } satisfies ReportAnswer),
      () => {},
    )
  })
}
