import type { Parameters } from './call-surface.ts'
import type { HasName } from './shape.ts'

/** The wrappers whose contents count as the body's own names: of CCM's answers, of ExoML's events, of a posted `{"Call": {…}}`. */
const WRAPPERS = ['data', 'Call', 'response', 'call_details']
const NESTED_MAX = 2

/** Whether a name is among a body's parameters, or among those of a wrapper in it. */
export const hasNameIn = (parameters: Parameters): HasName => {
  const inner = wrapped(parameters, NESTED_MAX)
  if (inner.length === 0) return (name) => Object.hasOwn(parameters, name)
  return (name) => Object.hasOwn(parameters, name) || inner.some((object) => Object.hasOwn(object, name))
}

const wrapped = (parameters: Parameters, levels: number): readonly object[] => {
  if (levels === 0) return []
  const objects: object[] = []
  for (const name of WRAPPERS) {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (typeof value === 'object' && value !== null) objects.push(value, ...wrapped(value as Parameters, levels - 1))
  }
  return objects
}
