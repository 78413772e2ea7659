import { constants, openSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { codeOf } from '../files/errno.ts'

/** A file's text, or its flaw, as the end of a sentence that begins with the file's path. */
export type TextFile = Readonly<{ text: string } | { flaw: string }>

const flaws: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
}

/** The encoding, by the byte order mark; Windows PowerShell writes UTF-16. */
export function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}

/**
 * `the file /path of VARIABLE`. A path that is not absolute is left out: it could be the secret itself, put into the
 * wrong variable.
 */
export function namedFile(path: string, variable: string): string {
  return isAbsolute(path) ? `the file ${path} of ${variable}` : `the file of ${variable}`
}

/**
 * Opens a file for reading, without waiting for the other end of a pipe.
 *
 * @returns its descriptor, for the caller to close
 */
export function openTextFile(path: string): number | { flaw: string } {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    return { flaw: flawOf(error) }
  }
}

/** Reads a file that is UTF-8, with or without a byte order mark, or UTF-16 with one, as Windows PowerShell writes it. */
export function readTextFile(path: string | number): TextFile {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    return { flaw: flawOf(error) }
  }
  return decoded(bytes)
}

/** More than anybody writes into a file that is followed. */
const mostBytes = 1024 * 1024

/** As `readTextFile`, for a regular file of at most 1 MiB, without blocking meanwhile. */
export async function readTextFileAside(path: string): Promise<TextFile> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const stats = await file.stat()
      if (!stats.isFile() && !stats.isDirectory()) return { flaw: 'is neither a file nor a link to one' }
      return stats.size > mostBytes ? { flaw: 'is larger than 1 MiB' } : decoded(await file.readFile())
    } finally {
      await file.close()
    }
  } catch (error) {
    return { flaw: flawOf(error) }
  }
}

function decoded(bytes: Buffer): TextFile {
  try {
    return { text: new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes) }
  } catch {
    return { flaw: 'is neither UTF-8 nor UTF-16 with a byte order mark' }
  }
}

function flawOf(error: unknown): string {
  const code = codeOf(error)
  return flaws[code] ?? `cannot be read (${code})`
}
