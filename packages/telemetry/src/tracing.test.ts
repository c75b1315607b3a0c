import { type Context, context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { currentTraceparent } from './current-traceparent.ts'
import { startRemoteChild } from './start-remote-child.ts'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'
import { useTracing } from './tracer.ts'
import { withSpan } from './with-span.ts'

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('a traceparent', () => {
  it('is read and written back', () => {
    const parsed = parseTraceparent(PARENT)
    expect(parsed).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true })
    expect(parsed && formatTraceparent(parsed)).toBe(PARENT)
  })

  it.each([
    ['null', null],
    ['empty', ''],
    ['another version', PARENT.replace(/^00/, '01')],
    ['a zero trace id', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['a zero span id', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`],
    ['upper case', PARENT.toUpperCase()],
    ['something after it', `${PARENT}-00`],
  ])('is ignored when it is %s', (_what, text) => {
    expect(parseTraceparent(text)).toBeNull()
  })
})

describe('with tracing off', () => {
  it('work runs without a span', async () => {
    expect(await withSpan('work', {}, async () => currentTraceparent())).toBeNull()
    expect(startRemoteChild(PARENT, 'work', {})).toBeNull()
  })
})

describe('with tracing on', () => {
  const spans: { name: string; parent: string | undefined; ended: boolean; status: unknown }[] = []
  let active: Context = ROOT_CONTEXT

  beforeAll(() => {
    useTracing(true)
    context.setGlobalContextManager({
      active: () => active,
      with: (next, work, self, ...args) => {
        const before = active
        active = next
        try {
          return work.call(self as never, ...args)
        } finally {
          active = before
        }
      },
      bind: (_context, target) => target,
      enable() {
        return this
      },
      disable() {
        return this
      },
    })
    trace.setGlobalTracerProvider({
      getTracer: () => ({
        startSpan: (name, _options, parent = active) => {
          const record = { name, parent: trace.getSpanContext(parent)?.traceId, ended: false, status: undefined as unknown }
          spans.push(record)
          return {
            end: () => {
              record.ended = true
            },
          } as unknown as Span
        },
        startActiveSpan: (name: string, ...rest: unknown[]) => {
          const work = rest.at(-1) as (span: Span) => unknown
          const parent = rest.length === 3 ? (rest[1] as Context) : active
          const record = { name, parent: trace.getSpanContext(parent)?.traceId, ended: false, status: undefined as unknown }
          spans.push(record)
          const span = {
            spanContext: () => ({ traceId: record.parent ?? '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
            setStatus: (status: unknown) => {
              record.status = status
            },
            end: () => {
              record.ended = true
            },
          } as unknown as Span
          return context.with(trace.setSpan(parent, span), () => work(span)) as never
        },
      }),
    })
  })

  afterAll(() => {
    useTracing(false)
    trace.disable()
    context.disable()
  })

  it('a record read here continues the trace of the process that wrote it', () => {
    startRemoteChild(PARENT, 'project', {})?.end()
    expect(spans.at(-1)).toMatchObject({ name: 'project', parent: '0af7651916cd43dd8448eb211c80319c', ended: true })
  })

  it.each([
    ['is not sampled', PARENT.replace(/01$/, '00')],
    ['is none', 'garbage'],
  ])('a record whose trace %s gets no span', (_what, traceparent) => {
    const before = spans.length
    expect(startRemoteChild(traceparent, 'project', {})).toBeNull()
    expect(spans.length).toBe(before)
  })

  it('a failure marks the span with the name of the error and no more', async () => {
    await expect(withSpan('fail', {}, () => Promise.reject(new TypeError('holds 09000000001')))).rejects.toThrow(TypeError)
    expect(spans.at(-1)).toMatchObject({ name: 'fail', ended: true, status: { message: 'TypeError' } })
  })
})
