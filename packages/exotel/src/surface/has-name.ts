import type { Parameters } from './call-surface.ts'
import type { HasName } from './shape.ts'

/** The wrappers whose contents count as the body's own names: of ExoML's events, of a posted `{"Call": {…}}`, of CCM's answers. */
const WRAPPERS = ['data', 'Call', 'response']

/** Whether a name is among a body's parameters, or among those of a wrapper in it. */
export const hasNameIn = (parameters: Parameters): HasName => {
  const inner = wrapped(parameters)
  if (inner.length === 0) return (name) => Object.hasOwn(parameters, name)
  return (name) => Object.hasOwn(parameters, name) || inner.some((object) => Object.hasOwn(object, name))
}

const wrapped = (parameters: Parameters): readonly object[] => {
  const objects: object[] = []
  for (const name of WRAPPERS) {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (typeof value === 'object' && value !== null) objects.push(value)
  }
  return objects
}
