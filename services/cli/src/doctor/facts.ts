import type { PreflightProblem } from '@rollcall/event-log/preflight'
import type { ExoPhoneHealth } from '@rollcall/exotel/client/exophones'
import type { AccountCheck, ExoPhonesResult, ListCheck } from '@rollcall/exotel/client/exotel-client'
import type { ListFeatures } from '@rollcall/exotel/client/list-features'

/** Something found out, or why it could not be. */
export type Found<T> = { readonly kind: 'found'; readonly value: T } | { readonly kind: 'failed'; readonly why: string }

/** What `doctor` found out about an installation. Judged by evaluate-facts.ts. */
export interface Facts {
  readonly nodeVersion: string
  readonly eventLog: Found<{ readonly description: string; readonly problems: readonly PreflightProblem[]; readonly missingTopics: readonly string[]; readonly clusterId: string }>
  readonly unsafeTopicsAllowed: boolean
  readonly database: Found<{
    readonly address: string
    readonly version: string
    readonly role: string
    readonly roleProblems: readonly string[]
    readonly serverProblems: readonly string[]
    /** The log that the projection was folded from; null where nothing is folded, or the database is older than this version. */
    readonly foldedFrom: string | null
    readonly pendingMigrations: readonly string[]
    /** The database's clock less ours. */
    readonly clockAheadMs: number
    /** How many spools of ingest are known there; null where the database is older than this version. */
    readonly ingestSpools: number | null
    /** What keeps the audit service from reading; null where nothing does. */
    readonly auditRoleProblem: string | null
  }>
  readonly accounts: Found<{ readonly file: string; readonly accounts: readonly AccountFacts[]; readonly sharedSecrets: readonly string[] }>
  readonly dataDirectory: Found<DirectoryFacts>
  /** Null where spools lie in the data folder. */
  readonly spoolDirectory: Found<DirectoryFacts> | null
}

export interface DirectoryFacts {
  readonly path: string
  readonly freeBytes: number
  readonly inMemory: boolean
}

export interface AccountFacts {
  readonly sid: string
  readonly baseUrl: string
  readonly check: AccountCheck
  /** What follows is asked only where the account itself answered; null otherwise. */
  readonly list: ListCheck | null
  readonly exoPhones: ExoPhonesResult | null
  /** Of the first few numbers, by sid; of those alone that Exotel tells of. */
  readonly health: Readonly<Record<string, ExoPhoneHealth>>
  /** What the reconciler found the list to take; null where the database does not say. */
  readonly listFeatures: ListFeatures | null
}
