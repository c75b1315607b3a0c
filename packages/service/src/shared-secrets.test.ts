import { describe, expect, it } from 'vitest'
import { inMemory } from './memory-file-system.ts'
import { sharedSecrets } from './shared-secrets.ts'

describe('webhook secrets', () => {
  it('are each account’s own: while one is rotated, both are', () => {
    expect(
      sharedSecrets([
        { sid: 'a', webhookSecrets: ['x', 'y'] },
        { sid: 'b', webhookSecrets: ['z'] },
      ]),
    ).toEqual([])
    expect(sharedSecrets([{ sid: 'a', webhookSecrets: ['x', 'x'] }])).toEqual([])
  })

  it('that two accounts share are told of once, by the names of the accounts and without the secret', () => {
    const told = sharedSecrets([
      { sid: 'a', webhookSecrets: ['hunter2', 'y'] },
      { sid: 'b', webhookSecrets: ['y', 'hunter2'] },
    ])
    expect(told).toEqual([expect.stringMatching(/^accounts a and b have a webhook secret in common; needed is one of its own for each/)])
    expect(told.join()).not.toContain('hunter2')
  })
})

describe('a file system', () => {
  it.each([
    ['tmpfs', 0x01021994, true],
    ['ramfs', 0x858458f6, true],
    ['ext4', 0xef53, false],
    ['xfs', 0x58465342, false],
    ['overlayfs', 0x794c7630, false],
  ])('%s', (_name, type, memory) => expect(inMemory(type)).toBe(memory))
})
