import type { Instant } from '@rollcall/domain/time'
import type { Queryable } from '../queryable.ts'

/** What the account's list API was found to take, by name; what is absent is not known yet. */
export interface KnownListFeatures {
  readonly features: Readonly<Record<string, boolean>>
  /** When it was last asked; null where it never was. */
  readonly askedAt: Instant | null
}

export const readListFeatures = async (db: Queryable, account: string): Promise<KnownListFeatures> => {
  const { rows } = await db.query<{ list_features: Record<string, boolean>; list_features_asked_at: Date | null }>(
    'SELECT list_features, list_features_asked_at FROM rollcall.accounts WHERE account = $1',
    [account],
  )
  return { features: rows[0]?.list_features ?? {}, askedAt: rows[0]?.list_features_asked_at?.getTime() ?? null }
}

/** Remembers it, for an account that reconciliation has taken on already. */
export const saveListFeatures = async (db: Queryable, account: string, { features, askedAt }: KnownListFeatures): Promise<void> => {
  await db.query('UPDATE rollcall.accounts SET list_features = $2, list_features_asked_at = $3 WHERE account = $1', [
    account,
    JSON.stringify(features),
    askedAt === null ? null : new Date(askedAt),
  ])
}
