import { isatty } from 'node:tty'
import { type Logger, pino } from 'pino'
import type { Config } from '../settings/config.ts'
import { lineWriter, together, unblocked } from './line-writer.ts'
import { logFile as fileOf } from './log-file.ts'

/**
 * The log, in its file where there is one, else on standard output unless that belongs to another program: JSON lines, or text on
 * a terminal. Nothing that is logged holds a token, a secret or a personal value in the first place; there is no redaction to rely on.
 *
 * @throws ConfigError for a file that cannot be used
 */
export function createLogger(
  { logLevel, logFormat, logFile }: Pick<Config, 'logLevel' | 'logFormat' | 'logFile'>,
  output: 'stdout' | 'stderr' = 'stdout',
): Logger {
  const fd = output === 'stdout' ? 1 : 2
  const onTerminal = logFile === undefined && isatty(fd)
  const lines = onTerminal
    ? process[output]
    : together(logFile === undefined ? lineWriter(unblocked(fd)) : fileOf(logFile))
  const pretty = isForPeople({ logFormat, logFile }, output)
  const options = {
    level: logLevel,
    base: null,
    timestamp: timestamps(),
    formatters: { level: (level: string) => ({ level }) },
  }
  return pino(options, pretty ? { write: (line: string) => lines.write(`${textLine(line)}\n`) } : lines)
}

/** Whether the log is text, as on a terminal. */
export function isForPeople(
  { logFormat, logFile }: Pick<Config, 'logFormat' | 'logFile'>,
  output: 'stdout' | 'stderr' = 'stdout',
): boolean {
  return (
    logFormat === 'pretty' || (logFormat === 'auto' && logFile === undefined && isatty(output === 'stdout' ? 1 : 2))
  )
}

/** The time as pino wants it. Lines of one millisecond share its text, and those of one second the beginning. */
function timestamps(): () => string {
  let at = 0
  let text = ''
  let second = Number.NaN
  let begin = ''
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      const ms = now % 1000
      if (now - ms !== second) {
        second = now - ms
        begin = `,"time":"${new Date(second).toISOString().slice(0, -4)}`
      }
      text = `${begin}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z"`
    }
    return text
  }
}

const shown = new Set(['level', 'time', 'msg', 'err'])

/** One JSON line of the log as a line for people: `09:12:03 INFO  request method=GET status=200`. */
export function textLine(json: string): string {
  const entry: Record<string, unknown> = JSON.parse(json)
  const fields = Object.entries(entry).filter(([name, value]) => !shown.has(name) && value !== undefined)
  const time = new Date(String(entry.time)).toTimeString().slice(0, 8)
  const level = String(entry.level).toUpperCase().padEnd(5)
  const details = fields.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const text = [String(entry.msg), ...details].join(' ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ') // Somebody else's words may be quoted.
  const error = entry.err === undefined ? [] : [`\n${errorText(entry.err)}`]
  return [time, level, text, ...error].join(' ')
}

function errorText(error: unknown): string {
  const stack: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'stack') : undefined
  return typeof stack === 'string' ? stack : JSON.stringify(error)
}
