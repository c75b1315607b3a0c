import { describe, expect, it } from 'vitest'
import { DatabaseUrlError, isDatabaseUrl, parseDatabaseUrl } from './database-url.ts'

describe('a database address', () => {
  it.each([
    ['postgres://u:p@db:5433/rollcall', 'db:5433/rollcall'],
    ['postgresql://u@db/rollcall?sslmode=require', 'db:5432/rollcall'],
    ['postgres://u:p@[::1]:5433/rollcall', '[::1]:5433/rollcall'],
  ])('of one host is taken as it is: %s', (text, address) => {
    expect(parseDatabaseUrl(text)).toEqual({ servers: [{ place: address.replace('/rollcall', ''), url: text }], findWritable: false, address })
  })

  it('of several hosts is one address for each, and the one that takes writes is to be found', () => {
    expect(parseDatabaseUrl('postgres://u:p%40ss@db1:5433,db2,[::1]:5434/rollcall?target_session_attrs=read-write&sslmode=require')).toEqual({
      servers: [
        { place: 'db1:5433', url: 'postgres://u:p%40ss@db1:5433/rollcall?sslmode=require' },
        { place: 'db2:5432', url: 'postgres://u:p%40ss@db2:5432/rollcall?sslmode=require' },
        { place: '[::1]:5434', url: 'postgres://u:p%40ss@[::1]:5434/rollcall?sslmode=require' },
      ],
      findWritable: true,
      address: 'db1:5433,db2:5432,[::1]:5434/rollcall',
    })
  })

  it('of one host may ask for one that takes writes too', () => {
    expect(parseDatabaseUrl('postgres://u@db/rollcall?target_session_attrs=primary')).toMatchObject({ servers: [{ url: 'postgres://u@db:5432/rollcall' }], findWritable: true })
  })

  it('of several hosts needs no parameter', () => {
    expect(parseDatabaseUrl('postgres://u@db1,db2/rollcall').findWritable).toBe(true)
  })

  it.each([
    ['another protocol', 'mysql://u:hunter2@db/rollcall', /not like postgres/],
    ['no protocol', 'db/rollcall', /not like postgres/],
    ['a server that takes no writes', 'postgres://u:hunter2@db1,db2/r?target_session_attrs=standby', /target_session_attrs is "standby"; needed is read-write/],
    ['any server', 'postgres://u:hunter2@db1,db2/r?target_session_attrs=any', /needed is read-write/],
    ['an empty host', 'postgres://u:hunter2@db1,/r', /"" is no host/],
    ['a port that is none', 'postgres://u:hunter2@db1:port,db2/r', /"db1:port" is no host/],
    ['a port out of range', 'postgres://u:hunter2@db1:70000,db2/r', /db1:70000 is no host:port/],
    ['too many hosts', `postgres://u:hunter2@${Array.from({ length: 9 }, (_, nth) => `db${nth}`).join()}/r`, /9 hosts; needed are at most 8/],
    ['a single host that cannot be read', 'postgres://u:hunter2@db:port/r', /not like postgres/],
  ])('is refused with %s, and the password is not told', (_what, text, why) => {
    expect(isDatabaseUrl(text)).toBe(false)
    expect(() => parseDatabaseUrl(text)).toThrow(DatabaseUrlError)
    expect(() => parseDatabaseUrl(text)).toThrow(why)
    expect(() => parseDatabaseUrl(text)).not.toThrow(/hunter2/)
  })
})
