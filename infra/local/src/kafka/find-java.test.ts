import { describe, expect, it } from 'vitest'
import { javaMajor } from './find-java.ts'

describe('the version of Java', () => {
  const cases: [string, number | null][] = [
    ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15+6)', 17],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "25-ea" 2026-03-17', 25],
    ['openjdk version "21" 2023-09-19', 21],
    ['Picked up _JAVA_OPTIONS: -Xmx1g\nopenjdk version "11.0.2" 2019-01-15', 11],
    ['The operation couldn’t be completed. Unable to locate a Java Runtime.', null],
    ['', null],
  ]
  it.each(cases)('in %j is %s', (output, major) => expect(javaMajor(output)).toBe(major))
})
