import { describe, expect, it } from 'vitest'
import { parseHookPath } from './parse-hook-path.ts'

describe('the path of a webhook', () => {
  it.each([
    ['/hooks/acme/s3cret', { surface: null, query: null }],
    ['/hooks/acme/s3cret/', { surface: null, query: null }],
    ['/hooks/acme/s3cret/status-callback', { surface: 'status-callback', query: null }],
    ['/hooks/acme/s3cret/passthru?CallSid=1&a=%20b', { surface: 'passthru', query: 'CallSid=1&a=%20b' }],
    ['/hooks/acme/s3cret?CallSid=1?2', { surface: null, query: 'CallSid=1?2' }],
    ['/hooks/acme/s3cret?', { surface: null, query: null }],
    ['http://other:8080/hooks/acme/s3cret/sms?a=1', { surface: 'sms', query: 'a=1' }],
  ])('%s is read', (url, rest) => {
    expect(parseHookPath(url)).toEqual({ account: 'acme', secret: 's3cret', ...rest })
  })

  it.each(['teapot', 'Status-Callback', 'passthru/', 'passthru/more', '%70assthru', 'unrecognised', 'call-list', 'call-lookup'])(
    'a surface that is not one of ours is left to the shape: %s',
    (surface) => {
      expect(parseHookPath(`/hooks/acme/s3cret/${surface}`)).toMatchObject({ account: 'acme', secret: 's3cret', surface: null })
    },
  )

  it.each([
    '',
    '/',
    '/hooks',
    '/hooks/',
    '/hooks/acme',
    '/hooks/acme/',
    '/hooks//s3cret',
    '/Hooks/acme/s3cret',
    '//hooks/acme/s3cret',
    '/x/hooks/acme/s3cret',
    'ftp://other/hooks/acme/s3cret',
    'http:///x/hooks/acme/s3cret',
    '*',
  ])('any other is no webhook: %s', (url) => {
    expect(parseHookPath(url)).toBeNull()
  })
})
