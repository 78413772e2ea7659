import { Writable } from 'node:stream'
import { type DestinationStream, destination, type Logger, pino } from 'pino'
import type { Config } from './config/config.ts'

/**
 * The log, on standard output unless that belongs to another program: JSON lines, or text on a terminal. Nothing that is
 * logged holds a token, a secret or a personal value in the first place; there is no redaction to rely on.
 */
export function createLogger(
  { logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>,
  output: 'stdout' | 'stderr' = 'stdout',
): Logger {
  const pretty = logFormat === 'pretty' || (logFormat === 'auto' && process[output].isTTY === true)
  const options = {
    level: logLevel,
    base: null,
    timestamp: timestamps(),
    formatters: { level: (level: string) => ({ level }) },
  }
  // Synchronous: a buffered line comes late and is lost in a crash (PERFORMANCE.md, Levers).
  const stream: DestinationStream = pretty
    ? asText(process[output])
    : destination({ fd: output === 'stdout' ? 1 : 2, sync: true })
  return pino(options, stream)
}

/** The time as pino wants it. Under load many lines share a millisecond, and its text. */
function timestamps(): () => string {
  let at = 0
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      text = `,"time":"${new Date(now).toISOString()}"`
    }
    return text
  }
}

const shown = new Set(['level', 'time', 'msg', 'err'])

/** Turns JSON lines into `09:12:03 INFO  request method=GET status=200`. */
function asText(output: NodeJS.WritableStream): Writable {
  return new Writable({
    write(line: Buffer, _encoding, done) {
      output.write(`${textLine(line.toString())}\n`)
      done()
    },
  })
}

/** One JSON line of the log as a line for people. */
export function textLine(json: string): string {
  const entry: Record<string, unknown> = JSON.parse(json)
  const fields = Object.entries(entry).filter(([name, value]) => !shown.has(name) && value !== undefined)
  const time = new Date(String(entry.time)).toTimeString().slice(0, 8)
  const level = String(entry.level).toUpperCase().padEnd(5)
  const details = fields.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const error = entry.err === undefined ? [] : [`\n${errorText(entry.err)}`]
  return [time, level, String(entry.msg), ...details, ...error].join(' ')
}

function errorText(error: unknown): string {
  const stack: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'stack') : undefined
  return typeof stack === 'string' ? stack : JSON.stringify(error)
}
