import { createLogger } from '@rollcall/telemetry/create-logger'
import type { CheckpointPublisher } from '@rollcall/transparency-log/publish/publisher'
import { describe, expect, it } from 'vitest'
import { createPublication } from './publish-checkpoints.ts'

const checkpoint = (size: number, signedAt: number, note = `note of ${size}`) => ({ origin: 'a.log', size, root: Buffer.alloc(32), note, signedAt })
const signal = new AbortController().signal

const publicationTo = (refuses: (nth: number) => boolean) => {
  const taken: string[] = []
  const lines: { event: string }[] = []
  let asked = 0
  const place: CheckpointPublisher = {
    description: 'a place',
    publish: async ({ note }) => {
      asked += 1
      if (refuses(asked)) throw new Error('away')
      taken.push(note)
    },
  }
  const publication = createPublication([place], createLogger({ service: 'keeper', level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } }))
  return { publication, taken, events: () => lines.map(({ event }) => event) }
}

describe('a place', () => {
  it('is given each checkpoint once, and the same tree again where other keys have signed it', async () => {
    const { publication, taken } = publicationTo(() => false)
    for (const each of [checkpoint(3, 10), checkpoint(3, 10), checkpoint(3, 20, 'note of 3 by another key'), checkpoint(4, 30)]) await publication.publish(each, signal)
    expect(taken).toEqual(['note of 3', 'note of 3 by another key', 'note of 4'])
    expect(publication.places()).toEqual([{ description: 'a place', published: 4, trouble: null, lacksSince: null }])
  })

  it('lacks checkpoints since the first was signed that it did not take, until it takes one', async () => {
    const { publication, taken, events } = publicationTo((nth) => nth === 2 || nth === 3)
    const lacksSince: (number | null | undefined)[] = []
    for (const each of [checkpoint(1, 10), checkpoint(2, 20), checkpoint(3, 30), checkpoint(3, 30), checkpoint(4, 40)]) {
      await publication.publish(each, signal)
      lacksSince.push(publication.places()[0]?.lacksSince)
    }
    expect(lacksSince).toEqual([null, 20, 20, null, null])
    expect(taken).toEqual(['note of 1', 'note of 3', 'note of 4'])
    expect(events()).toEqual(['checkpoint.not-published', 'checkpoint.published'])
  })
})
