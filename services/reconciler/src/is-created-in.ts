import { type CallRecord, fieldOf } from '@rollcall/domain/call/record'
import { contains, type Window } from '@rollcall/domain/window/window'

/** Is this a call of the window? One whose creation nothing has told of yet is of none. */
export const isCreatedIn = (window: Window, call: CallRecord): boolean => {
  const createdAt = fieldOf(call, 'createdAt')
  return createdAt !== null && contains(window, Date.parse(createdAt))
}
