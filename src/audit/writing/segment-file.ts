import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openToRead } from '../../files/open-file.ts'

/** The functions of an open segment that are used; a test's fail on purpose. */
export type SegmentFile = {
  /** As `FileHandle.write`, which may write only a part. */
  write(bytes: Buffer, from: number): Promise<{ bytesWritten: number }>
  datasync(): Promise<void>
  truncate(bytes: number): Promise<void>
  stat(): Promise<FileIdentity>
  close(): Promise<void>
}

/** Opens a segment for appending. `isNew`: it must not exist yet. */
export type OpenSegment = (path: string, isNew: boolean) => Promise<SegmentFile>

/** Follow no link: it could lead to any file that we may write. Windows has no such flag. */
const adding = constants.O_WRONLY | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0)

export function openSegment(path: string, isNew: boolean): Promise<FileHandle> {
  return open(path, isNew ? adding | constants.O_CREAT | constants.O_EXCL : adding, 0o600)
}

/** Writes all of `bytes`. @throws an error of the operating system; a part may have been written then */
export async function writeAll(file: SegmentFile, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written)
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' })
    written += bytesWritten
  }
}

export type FileIdentity = Readonly<{ ino: number; dev: number }>

/** The size of a file, if it is still the one that was opened. @throws an error of the operating system, such as ENOENT */
export async function sizeOf(path: string, { ino, dev }: FileIdentity): Promise<number | undefined> {
  const found = await stat(path)
  return found.ino === ino && found.dev === dev ? found.size : undefined
}

/** The end of a segment: its last whole line, and the number of bytes behind it, which have no line feed. */
export type SegmentEnding = Readonly<{ lastLine: string | undefined; wholeBytes: number; tornBytes: number }>

const chunkBytes = 64 * 1024
const lineFeed = 10

/** Reads as much as needed, from the end. */
export async function endingOf(folder: string, name: string): Promise<SegmentEnding> {
  const file = await openToRead(join(folder, name))
  try {
    const { size } = await file.stat()
    let tail = Buffer.alloc(0)
    for (let from = size; from > 0; ) {
      const length = Math.min(chunkBytes, from)
      from -= length
      tail = Buffer.concat([await readAt(file, from, length), tail])
      const end = tail.lastIndexOf(lineFeed)
      if (end === -1) continue
      const before = end === 0 ? -1 : tail.lastIndexOf(lineFeed, end - 1)
      if (before === -1 && from > 0) continue
      const wholeBytes = from + end + 1
      return { lastLine: tail.toString('utf8', before + 1, end), wholeBytes, tornBytes: size - wholeBytes }
    }
    return { lastLine: undefined, wholeBytes: 0, tornBytes: size }
  } finally {
    await file.close()
  }
}

async function readAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(bytes, read, length - read, from + read)
    if (bytesRead === 0) throw Object.assign(new Error('the file was cut while it was read'), { code: 'EIO' })
    read += bytesRead
  }
  return bytes
}
