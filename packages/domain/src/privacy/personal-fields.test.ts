import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPersonal, maskField } from './personal-fields.ts'

describe('a personal field', () => {
  it.each([
    ['from', '+919876543210', '+91••••••3210'],
    ['to', '09876543210', '•••••••3210'],
    ['from', '+14155550123', '•••••••0123'],
    ['to', '98765-43210', '••••••3210'],
    ['from', '1234567', '•••'],
    ['from', 'sip:asha1234567890', '•••'],
    ['forwardedFrom', '+919876543210', '+91••••••3210'],
    ['callerName', 'Asha', '•••'],
    ['customField', 'order 42 of Asha', '•••'],
    ['recordingUrl', 'https://recordings.exotel.com/acme/c1.mp3', 'https://recordings.exotel.com/•••'],
    ['recordingUrl', 'c1.mp3', '•••'],
  ] as const)('%s %s is shown as %s', (field, value, shown) => expect([isPersonal(field), maskField(field, value)]).toEqual([true, shown]))

  it.each(['status', 'exophone', 'price', 'createdAt', 'direction'] as const)('%s is none', (field) => expect([isPersonal(field), maskField(field, '42')]).toEqual([false, '42']))

  it('shows no more than four digits in a row, and no letter but of a URL’s host', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('from' as const, 'to' as const, 'forwardedFrom' as const),
        fc.string({ unit: fc.constantFrom(...'0123456789+- ()ab:'), maxLength: 40 }),
        (field, value) => {
          expect(maskField(field, value)).toMatch(/^(\+91)?•+[0-9]{0,4}$/)
        },
      ),
    ))
})
