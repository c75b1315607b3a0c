import { binaryArray, type ElementOf, type ElementType } from './binary-array.ts'

/** One column of a bulk write: its name, how it travels, and where its value comes from. */
export interface Column<Row> {
  readonly name: string
  readonly type: ElementType
  /** Where the column's own type is another than the one that travels: what a statement makes of the value, `given.<name>`, and what a COPY takes it for. */
  readonly as?: { readonly sql: string; readonly copied: 'numeric' | 'text[]' }
  readonly of: (row: Row) => ElementOf[ElementType] | null
}

/** A column that travels as the list's texts joined, since unnest flattens arrays of arrays. No element has a comma, and none is empty. */
export const textList = <Row>(name: string, of: (row: Row) => readonly string[]): Column<Row> => ({
  name,
  type: 'text',
  as: { sql: `string_to_array(given.${name}, ',')`, copied: 'text[]' },
  of: (row) => of(row).join(),
})

/** `account, call_sid, …` */
export const names = <Row>(columns: readonly Column<Row>[]): string => columns.map(({ name }) => name).join(', ')

/** What is written to each, in the same order. */
export const values = <Row>(columns: readonly Column<Row>[]): string => columns.map(({ name, as }) => as?.sql ?? `given.${name}`).join(', ')

/** `unnest($1::text[], …) AS given (account, …)`: the rows, of which every column is one parameter. */
export const givenRows = <Row>(columns: readonly Column<Row>[]): string =>
  `unnest(${columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')}) AS given (${names(columns)})`

/** The parameters of `givenRows`. */
export const parameters = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Buffer[] =>
  columns.map(({ type, of }) => binaryArray(type, rows.map(of) as (ElementOf[typeof type] | null)[]))
