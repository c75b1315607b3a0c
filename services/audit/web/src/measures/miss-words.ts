/** Why a webhook is not there, in words (docs/glossary.md: miss reason). */
export const MISS_WORDS: Readonly<Record<string, string>> = {
  'never-arrived': 'never arrived',
  late: 'late',
  spooled: 'still in a spool',
  quarantined: 'not understood',
  refused: 'refused by ingest',
  'not-expected': 'not expected',
}
