// The log as files (design/promises 2.13): a live one, and the four before it.
import type { Buffer } from 'node:buffer'
import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import process from 'node:process'
import { codeOf } from '../files/errno.ts'
import { ConfigError } from '../settings/config-error.ts'
import { sidecarSettings } from '../settings/sidecar-settings.ts'
import { type LineWriter, lineWriter, unblocked } from './line-writer.ts'
import { logFileWords } from './log-file-words.ts'

const mostBytesOfAFile = 10 * 1024 * 1024
const kept = 4
/** The end of the name of a file that was put aside: when, and by which process. */
const asideForm = /\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.\d+$/
/** How often a line looks whether the file is still there. */
const lookMs = 1_000
/** After a renaming that failed, or a failure that was told. */
const againMs = 60_000

/** A link would lead elsewhere, and a pipe wait for a reader. Windows has neither flag. */
const flags =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0)

type Open = { fd: number; found: BigIntStats }

/**
 * Writes to the end of a file, at once. At 10 MiB the file is renamed and a new one begun; one that is gone, or was renamed by
 * somebody else, is made anew within a second. So several processes may write to one: each line is whole, and none is lost.
 *
 * Once it is open it never fails, as `lineWriter` does not. Standard error is told why lines are lost, once until one goes out again.
 *
 * @throws ConfigError where there is no file that is this user's alone, or none can be made
 */
export function logFile(path: string, mostBytes = mostBytesOfAFile): LineWriter {
  let file: Open | undefined = openAtStart(path)
  let size = Number(file.found.size)
  let lookedAt = performance.now()
  let renameAt = 0
  let asideAt = 0
  let failing = false
  let tellAt = 0

  function failed(what: string, error: unknown): undefined {
    const now = performance.now()
    if (!failing && now >= tellAt) {
      tellAt = now + againMs
      lineWriter(unblocked(2)).write(`catapa-sidecar: ${what}: ${messageOf(error)}\n`)
    }
    failing = true
    return undefined
  }
  const lost = `the log cannot be written to ${path}, and will say how many lines are lost once it can`

  function attempt(bytes: string | Buffer): number | undefined {
    if (file === undefined) return undefined
    try {
      const written = typeof bytes === 'string' ? writeSync(file.fd, bytes) : writeSync(file.fd, bytes)
      size += written
      failing = false
      return written
    } catch (error) {
      return failed(lost, error)
    }
  }

  /** The file that is at the path now. Where there is none, and none can be made, the old one will do as long as it has a name. */
  function look(): void {
    lookedAt = performance.now()
    try {
      const there = lstatSync(path, { bigint: true, throwIfNoEntry: false })
      if (there === undefined || file === undefined || !same(there, file.found)) {
        const next = open(path)
        if (file !== undefined) closeSync(file.fd)
        file = next
        size = Number(next.found.size)
      } else size = Number(there.size)
    } catch (error) {
      if (file !== undefined && fstatSync(file.fd).nlink === 0) {
        closeSync(file.fd)
        file = undefined
      }
      failed(lost, error)
    }
  }

  function beginAnew(bytes: number): void {
    look() // Another process may have done it.
    if (file === undefined || size === 0 || size + bytes <= mostBytes) return
    const mode = fstatSync(file.fd).mode & 0o777
    try {
      asideAt = Math.max(Date.now(), asideAt + 1) // Never one name twice.
      putAside(path, asideAt)
      look()
      fchmodSync(file.fd, mode) // Somebody may have let a group read it.
    } catch (error) {
      renameAt = performance.now() + againMs
      failed(`no new file of the log can be begun beside ${path}, which grows on`, error)
    }
  }

  const writer = lineWriter(attempt)
  return {
    write(lines) {
      const now = performance.now()
      if (now - lookedAt >= lookMs) look()
      if (size + lines.length > mostBytes && now >= renameAt) beginAnew(lines.length)
      writer.write(lines)
    },
  }
}

/**
 * One step, so that neither a kill nor another process that does the same leaves a line out: a row of numbers would be many. Then
 * the oldest go.
 */
function putAside(path: string, at: number): void {
  renameSync(path, `${path}.${new Date(at).toISOString().replaceAll(':', '-')}.${process.pid}`)
  const [folder, name] = [dirname(path), basename(path)]
  const older = readdirSync(folder).filter((other) => other.startsWith(`${name}.`) && asideForm.test(other))
  for (const other of older.sort().slice(0, -kept)) rmSync(join(folder, other), { force: true })
}

/** @throws Error that says why the file must not be used, or an error of the operating system */
function open(path: string): Open {
  const fd = openSync(path, flags, 0o600)
  try {
    const found = fstatSync(fd, { bigint: true })
    const flaw = flawOf(found, lstatSync(path, { bigint: true }))
    if (flaw !== undefined) throw new Error(flaw)
    return { fd, found }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function flawOf(found: BigIntStats, there: BigIntStats): string | undefined {
  const own = process.geteuid?.()
  if (!found.isFile()) return logFileWords().noFile
  if (own !== undefined && found.uid !== BigInt(own)) return logFileWords().otherOwner(found.uid)
  if (found.nlink > 1n) return logFileWords().secondName
  if (!same(found, there)) return logFileWords().link
  return undefined
}

/** On Windows the two calls may name one disk in two ways. */
function same(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && (process.platform === 'win32' || a.dev === b.dev)
}

/** What would be wrong with it at a start, as far as that shows without making it. */
export function logFileToBe(path: string): string | undefined {
  try {
    const there = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    const flaw = there?.isSymbolicLink() ? logFileWords().link : there && flawOf(there, there)
    if (flaw !== undefined) return logFileWords().notUsable(flaw)
    accessSync(there === undefined ? dirname(path) : path, constants.W_OK)
    return undefined
  } catch (error) {
    return logFileWords().notUsable(messageOf(error))
  }
}

function openAtStart(path: string): Open {
  try {
    return open(path)
  } catch (error) {
    const code = codeOf(error)
    const flaw = code === 'ELOOP' ? logFileWords().link : code === 'EISDIR' ? logFileWords().noFile : messageOf(error)
    throw new ConfigError([{ name: sidecarSettings.logFile.name, problem: logFileWords().notUsable(flaw) }])
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
