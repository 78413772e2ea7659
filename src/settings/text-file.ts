import { constants, openSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { codeOf } from '../files/errno.ts'
import { textFileWords } from './text-file-words.ts'

/** A file's text, or its flaw, as the end of a sentence that begins with the file's path. `noText`: it can be read, and is no text. */
export type TextFile = Readonly<{ text: string } | { flaw: string; noText?: true }>

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
  return textFileWords().named(variable, isAbsolute(path) ? path : undefined)
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
      if (!stats.isFile() && !stats.isDirectory()) return { flaw: textFileWords().noFile }
      return stats.size > mostBytes ? { flaw: textFileWords().tooLarge } : decoded(await file.readFile())
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
    return { flaw: textFileWords().noText, noText: true }
  }
}

function flawOf(error: unknown): string {
  const words = textFileWords()
  const code = codeOf(error)
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return words.missing
    case 'EISDIR':
      return words.folder
    case 'EACCES':
    case 'EPERM':
      return words.forbidden
    default:
      return words.unreadable(code)
  }
}
