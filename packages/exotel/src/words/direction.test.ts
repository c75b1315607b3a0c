import { describe, expect, it } from 'vitest'
import { readDirection } from './direction.ts'

describe("Exotel's word for a direction", () => {
  it.each([
    ['inbound', 'inbound'],
    ['incoming', 'inbound'],
    ['Incoming', 'inbound'],
    ['outbound-api', 'outbound-api'],
    ['Outbound-Dial', 'outbound-dial'],
    ['outbound', undefined],
    ['Outbound', undefined],
    ['sideways', 'unknown'],
  ])('%s is %s', (text, direction) => expect(readDirection(text)).toBe(direction))
})
