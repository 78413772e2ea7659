import { Buffer } from 'node:buffer'
import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import process from 'node:process'
import { codeOf } from '../files/errno.ts'

/** How long in all a pipe that is full may hold everything up, until its reader goes on … */
const patienceMs = 1000
/** … within such a time. */
const patientAgainMs = 60_000
const pauseMs = 5

/** Takes a line, or several. */
export type LineWriter = { write(lines: string): void }

/** So many bytes a pipe takes whole on Linux (PIPE_BUF): what others write to it never stands in the middle of a line. */
const wholeBytes = 4096

/**
 * Lines that are written in one tick go out together at its end: each write wakes up who reads the log. Nothing waits for longer, since
 * a buffered line comes late and is lost in a crash; when the process ends, what is left goes out.
 */
export function together({ write }: LineWriter): LineWriter {
  let lines = ''
  function flush(): void {
    const text = lines
    lines = ''
    if (text !== '') write(text)
  }
  process.on('exit', flush)
  return {
    write(line) {
      if (lines.length + line.length > wholeBytes) flush()
      if (lines === '') process.nextTick(flush)
      lines += line
    },
  }
}

/** @returns how many bytes went out, 0 where a pipe is full; undefined where writing is impossible */
export type Attempt = (bytes: string | Buffer) => number | undefined

/**
 * Writes to a file descriptor, or as `attempt` does, at once. It never fails: a disk that is full, or a pipe that nobody reads,
 * costs lines of the log and not the service. The first one that goes out again says how many were lost. pino's own destination
 * ends the process, or waits for ever.
 */
export function lineWriter(to: number | Attempt): LineWriter {
  const attempt = typeof to === 'number' ? attemptOn(to) : to
  let lost = 0
  /** What went out last ends in the middle of a line. */
  let cut = false
  let patienceLeftMs = 0
  let patientAgainAt = 0

  /** @returns the number of lines that did not go out */
  function send(lines: string): number {
    const text = cut ? `\n${lines}` : lines
    const written = attempt(text)
    if (written === undefined) return countLines(text)
    if (written < Buffer.byteLength(text)) return sendRest(Buffer.from(text), written)
    cut = false
    return 0
  }

  /** Waits for a reader who is behind. @returns the number of lines that did not go out */
  function sendRest(text: Buffer, alreadyWritten: number): number {
    const begun = performance.now()
    if (begun >= patientAgainAt) {
      patienceLeftMs = patienceMs
      patientAgainAt = begun + patientAgainMs
    }
    const until = begun + patienceLeftMs
    let written = alreadyWritten
    while (performance.now() < until) {
      const more = attempt(text.subarray(written))
      if (more === undefined) break
      written += more
      if (written === text.length) {
        cut = false
        patienceLeftMs = until - performance.now()
        return 0
      }
      if (more === 0) Atomics.wait(sleeping, 0, 0, pauseMs)
    }
    patienceLeftMs = 0
    patientAgainAt = performance.now() + patientAgainMs
    if (written > 0) cut = text[written - 1] !== newline
    return countLines(text.toString('utf8', written))
  }

  return {
    write(lines) {
      // Together: where a line does not fit, its notice might.
      const left = send(lost === 0 ? lines : notice(lost) + lines)
      const given = left === 0 ? 0 : countLines(lines)
      lost = left > given ? lost + given : left // The notice itself did not go out, or did.
    },
  }
}

const newline = 0x0a
const countLines = (text: string): number => text.split('\n').length - 1

/**
 * A descriptor for standard output or error that never blocks where it is a pipe, since who reads it may be stuck. On Linux it is one
 * of our own: the flag belongs to all who share a descriptor, and libuv takes it off when it starts a child.
 */
export function unblocked(fd: 1 | 2): number {
  try {
    if (fstatSync(fd).isFIFO()) {
      return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    }
  } catch {
    // Another system, or a pipe that another user has made.
  }
  void (fd === 1 ? process.stdout : process.stderr) // Opening it puts the flag on the shared one (libuv).
  return fd
}

const sleeping = new Int32Array(new SharedArrayBuffer(4))

function attemptOn(fd: number): Attempt {
  return (bytes) => {
    try {
      return typeof bytes === 'string' ? writeSync(fd, bytes) : writeSync(fd, bytes)
    } catch (error) {
      return codeOf(error) === 'EAGAIN' ? 0 : undefined
    }
  }
}

function notice(lost: number): string {
  return `{"level":"warn","time":"${new Date().toISOString()}","lost":${lost},"msg":"lines of this log could not be written"}\n`
}
