import { describe, expect, it } from 'vitest'
import { firstClosed, placeElsewhere } from './postgres-place.ts'
import { pickUser } from './postgres-user.ts'

describe('the way to a folder', () => {
  const modes: Record<string, number> = { '/': 0o755, '/root': 0o700, '/root/rollcall': 0o755, '/srv': 0o755, '/srv/rollcall': 0o751, '/srv/rollcall/.rollcall': 0o750 }
  const modeOf = (directory: string) => modes[directory] ?? 0
  it.each([
    ['/srv/rollcall', null],
    ['/root/rollcall', '/root'],
    ['/srv/rollcall/.rollcall', '/srv/rollcall/.rollcall'],
    ['/', null],
  ])('%s is closed to others at %s', (path, closed) => expect(firstClosed(path, modeOf)).toBe(closed))
})

describe('the place of the data when it may not stay where it was asked for', () => {
  it('is the same for the same folder, so that it survives a restart', () => expect(placeElsewhere('/root/a')).toBe(placeElsewhere('/root/a')))
  it('differs between folders', () => expect(placeElsewhere('/root/a')).not.toBe(placeElsewhere('/root/b')))
})

describe('who Postgres runs as under root', () => {
  const root = 'root:x:0:0:root:/root:/bin/bash'
  const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin'
  const postgres = 'postgres:x:101:104::/var/lib/postgresql:/bin/bash'
  it.each([
    ['postgres where there is one', [root, nobody, postgres], { name: 'postgres', uid: 101, gid: 104 }],
    ['nobody otherwise', [root, nobody], { name: 'nobody', uid: 65_534, gid: 65_534 }],
    ['never root by another name', ['postgres:x:0:0::/root:/bin/sh'], undefined],
  ])('is %s', (_, lines, user) => expect(pickUser(lines.join('\n'))).toEqual(user))
})
