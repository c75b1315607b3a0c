import { z } from 'zod'
import { sliceArray } from '../json/slice-array.ts'
import { ExotelError } from './exotel-error.ts'

export interface Page {
  /** The elements of `Calls`, each exactly as it stands in the page. */
  readonly rows: readonly Uint8Array[]
  /** As Exotel wrote it; null where the list ends, which it says in four ways: absent, null, `""`, `"null"`. */
  readonly next: string | null
  /** How many calls the list counts, over all its pages; null where it does not say. It may be approximate (contract §19.13). */
  readonly total: number | null
}

/** Only looked at: rows are read from their bytes, and copying them here would cost as much as slicing the page. */
const Row = z.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))

/** Contract §7. A page without Metadata cannot tell whether the list goes on, so it is no page. */
const ListPage = z.looseObject({ Metadata: z.looseObject({ NextPageUri: z.string().nullish(), Total: z.unknown().optional() }), Calls: z.array(Row) })

/** Reads one page of the list. Throws ExotelError. */
export const readPage = (value: unknown, bytes: Uint8Array): Page => {
  const page = ListPage.safeParse(value)
  if (!page.success) {
    const [issue] = page.error.issues
    throw new ExotelError('wrong-shape', `the page's ${issue?.path.join('.') || 'body'} is not as expected`)
  }
  const rows = sliceArray(bytes, 'Calls')
  if (rows?.length !== page.data.Calls.length) throw new ExotelError('wrong-shape', "the page's Calls could not be cut into rows")
  const next = page.data.Metadata.NextPageUri?.trim() ?? ''
  const { Total } = page.data.Metadata
  return { rows, next: next === '' || next === 'null' ? null : next, total: /^\d{1,9}$/.test(String(Total)) ? Number(Total) : null }
}
