import { describe, expect, it } from 'vitest'
import { type BodyKind, bodyKind } from './body-kind.ts'

describe('a body', () => {
  it.each<readonly [body: string, contentType: string | null, kind: BodyKind]>([
    ['', 'application/json', 'empty'],
    [' \r\n\t', 'application/json', 'empty'],
    ['\ufeff', null, 'empty'],
    ['{}', null, 'json'],
    ['[]', 'multipart/form-data; boundary=B', 'json'],
    ['\ufeff \n{}', 'text/plain', 'json'],
    ['<x/>', 'application/json', 'markup'],
    ['--B\r\n', null, 'multipart'],
    ['\r\n--B\r\n', 'application/json', 'multipart'],
    ['-a=1', null, 'urlencoded'],
    ['-', null, 'urlencoded'],
    ['a-=1', null, 'urlencoded'],
    ['a=1', 'multipart/form-data; boundary=B', 'urlencoded'],
    ['a=1\r\n--B\r\n', 'application/x-www-form-urlencoded', 'urlencoded'],
    ['a=1\r\n--B\r\n', null, 'urlencoded'],
    ['preamble\r\n--B\r\n', ' Multipart/form-data; boundary=B', 'multipart'],
    ['"CallSid"', 'application/json', 'urlencoded'],
  ])('that begins %j and declares %j is %s', (body, contentType, kind) => expect(bodyKind(contentType, Buffer.from(body))).toBe(kind))
})
