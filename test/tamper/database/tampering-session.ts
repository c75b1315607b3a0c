import type { Connection } from '@rollcall/store/pool'

/**
 * The session that tampers, for checks that begin transactions of their own: theirs are a part of the one in which the tampering is, and so see it, and it can be undone.
 */
export const withinTransaction = (db: Connection): Connection =>
  new Proxy(db, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      if (name !== 'query') return member.bind(target)
      return (asked: unknown, ...more: readonly unknown[]) => Reflect.apply(member, target, [typeof asked === 'string' ? nested(asked) : asked, ...more])
    },
  })

const nested = (text: string): string => {
  if (text.startsWith('BEGIN')) return 'SAVEPOINT nested'
  return text === 'COMMIT' ? 'RELEASE SAVEPOINT nested' : text
}
