import type { FilePort, OpenFile } from '../file-port.ts'

export type FileOperation = 'open' | 'rename' | 'unlink' | 'list' | 'makeDirectory' | 'syncDirectory' | 'write' | 'read' | 'fdatasync' | 'truncate'

/** `short`: that many bytes are written and no error is reported. */
export type Fault = { readonly code: string } | { readonly short: number }

/** A disk that fails on request: `faultOf` is asked before every operation, and may answer with what goes wrong. */
export const faultyFiles = (files: FilePort, faultOf: (operation: FileOperation, path: string) => Fault | undefined): FilePort => {
  const fail = (operation: FileOperation, path: string): Fault | undefined => {
    const fault = faultOf(operation, path)
    if (fault !== undefined && 'code' in fault) throw Object.assign(new Error(`${fault.code}: ${operation} ${path}`), { code: fault.code })
    return fault
  }
  const wrap = (file: OpenFile, path: string): OpenFile => ({
    write: async (bytes, at) => {
      const fault = fail('write', path)
      return file.write(fault !== undefined && 'short' in fault ? bytes.subarray(0, fault.short) : bytes, at)
    },
    read: async (into, at) => {
      fail('read', path)
      return file.read(into, at)
    },
    size: () => file.size(),
    isAt: (at) => file.isAt(at),
    fdatasync: async () => {
      fail('fdatasync', path)
      await file.fdatasync()
    },
    truncate: async (bytes) => {
      fail('truncate', path)
      await file.truncate(bytes)
    },
    close: () => file.close(),
  })
  return {
    open: async (path, mode) => {
      fail('open', path)
      return wrap(await files.open(path, mode), path)
    },
    rename: async (from, to) => {
      fail('rename', to)
      await files.rename(from, to)
    },
    unlink: async (path) => {
      fail('unlink', path)
      await files.unlink(path)
    },
    list: async (directory) => {
      fail('list', directory)
      return files.list(directory)
    },
    makeDirectory: async (path) => {
      fail('makeDirectory', path)
      await files.makeDirectory(path)
    },
    syncDirectory: async (path) => {
      fail('syncDirectory', path)
      await files.syncDirectory(path)
    },
  }
}
