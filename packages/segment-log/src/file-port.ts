/** Everything this package does to a disk. Tests put faults and power cuts behind it. Errors carry node's `code`. */
export interface FilePort {
  /** `create` fails with EEXIST where the file exists; `update` and `read` fail with ENOENT where it does not. */
  open(path: string, mode: 'create' | 'update' | 'read'): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  /** Files of one directory, not its directories. */
  list(directory: string): Promise<readonly ListedFile[]>
  /** With its parents; nothing happens if it exists. */
  makeDirectory(path: string): Promise<void>
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>
}

export interface ListedFile {
  readonly name: string
  readonly bytes: number
}

export interface OpenFile {
  /** Bytes written, which may be fewer than given. */
  write(bytes: Uint8Array, at: number): Promise<number>
  /** Bytes read, fewer than fit at the end of the file. */
  read(into: Uint8Array, at: number): Promise<number>
  size(): Promise<number>
  /** Whether `path` leads to this very file: not where it was removed or replaced, or a folder above it was removed, renamed or mounted over. */
  isAt(path: string): Promise<boolean>
  fdatasync(): Promise<void>
  truncate(bytes: number): Promise<void>
  close(): Promise<void>
}
