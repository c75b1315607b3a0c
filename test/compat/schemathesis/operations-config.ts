import { type SampleData, sampleQuestion } from '@rollcall/audit/testing/sample-questions'
import { AUDIT_ROUTES, type AuditRoute, type AuditRouteName } from '@rollcall/contracts/audit-api/routes'

/** Named in every question, so that most of what is asked is there: what a path names, and the ranges. */
const NAMED_IN_QUERY = ['from', 'to']

/** Schemathesis's settings (TOML) by which each operation is asked of what there is. Pure. */
export const operationsConfig = (data: SampleData): string =>
  (Object.entries(AUDIT_ROUTES) as [AuditRouteName, AuditRoute][])
    .map(([name, route]) => {
      const { params, query } = sampleQuestion(name, route, data)
      const named = [
        ...Object.entries(params).map(([key, value]) => [`path.${key}`, value] as const),
        ...Object.entries(query).flatMap(([key, value]) => (NAMED_IN_QUERY.includes(key) && name !== 'consistency' ? [[`query.${key}`, value] as const] : [])),
      ]
      const parameters = named.map(([key, value]) => `${JSON.stringify(key)} = ${JSON.stringify(value)}`).join(', ')
      return `[[operations]]\ninclude-operation-id = ${JSON.stringify(name)}\nparameters = { ${parameters} }\n`
    })
    .join('\n')
