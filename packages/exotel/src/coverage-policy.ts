import type { AccountConfig } from '@rollcall/contracts/accounts-file'
import { type CoverageRuleConfig, expectationName } from '@rollcall/contracts/coverage-rule'
import { SECOND } from '@rollcall/domain/time'
import { type Conditions, type CoveragePolicy, type CoverageRule, defaultRules } from '@rollcall/domain/window/coverage'
import { normalisePhone } from './words/normalise-phone.ts'

/** An account's coverage rules as its file has them, with the defaults after them, and numbers compared whatever their spelling. */
export const coveragePolicyOf = ({ coverage, webhookGraceSeconds }: Pick<AccountConfig, 'coverage' | 'webhookGraceSeconds'>): CoveragePolicy => ({
  rules: [...coverage.map((rule) => ruleOf(rule, webhookGraceSeconds)), ...defaultRules(webhookGraceSeconds * SECOND)],
  phoneKey,
})

/** What cannot be dialled is only equal to itself. */
const phoneKey = (text: string): string => normalisePhone(text).e164 ?? text.trim()

const ruleOf = ({ name, expects, ...when }: CoverageRuleConfig, graceSeconds: number): CoverageRule => ({
  name,
  when: conditionsOf(when),
  expects: expects.map((expected) => ({ name: expectationName(expected), anyOf: expected.anyOf, withinMs: (expected.withinSeconds ?? graceSeconds) * SECOND })),
})

const conditionsOf = ({ direction, origin, exophones, createdFrom, createdBefore }: Omit<CoverageRuleConfig, 'name' | 'expects'>): Conditions => ({
  ...(direction === undefined ? {} : { direction }),
  ...(origin === undefined ? {} : { origin }),
  ...(exophones === undefined ? {} : { exophones }),
  ...(createdFrom === undefined ? {} : { createdFrom: Date.parse(createdFrom) }),
  ...(createdBefore === undefined ? {} : { createdBefore: Date.parse(createdBefore) }),
})
