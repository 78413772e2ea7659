// Numbers and times for people. The browser loads this very module, so it imports only its words.
import { unitWords } from './unit-words.ts'

export function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** `3 calls`; a noun that is not English stays as it is. */
export function plural(number: number, noun: string): string {
  return unitWords().counted(count(number), noun, number === 1)
}

/** `54 min 12 s`: two units are enough for people. */
export function duration(ms: number): string {
  const { days, hours, minutes, seconds } = split(ms)
  const { day, hour, minute, second } = unitWords()
  if (days > 0) return `${days} ${day} ${hours} ${hour}`
  if (hours > 0) return minutes > 0 ? `${hours} ${hour} ${minutes} ${minute}` : `${hours} ${hour}`
  return minutes > 0 ? `${minutes} ${minute} ${seconds} ${second}` : `${seconds} ${second}`
}

/** To the second, so that people see it move. */
export function countdown(ms: number): string {
  const { days, hours, minutes, seconds } = split(ms)
  const { hour, minute, second } = unitWords()
  const whole = days * 24 + hours
  return `${whole > 0 ? `${whole} ${hour} ` : ''}${whole + minutes > 0 ? `${minutes} ${minute} ` : ''}${seconds} ${second}`
}

function split(ms: number): { days: number; hours: number; minutes: number; seconds: number } {
  const all = Math.max(0, Math.ceil(ms / 1000))
  return {
    days: Math.floor(all / 86_400),
    hours: Math.floor(all / 3600) % 24,
    minutes: Math.floor(all / 60) % 60,
    seconds: all % 60,
  }
}

export function milliseconds(ms: number): string {
  if (ms >= 10_000) return `${Math.round(ms / 1000)} ${unitWords().second}`
  if (ms >= 1000) return `${toTenths(ms / 1000)} ${unitWords().second}`
  return `${ms < 10 ? toTenths(ms) : Math.round(ms)} ms`
}

/** `2.5`, with the point or comma of the language. */
function toTenths(number: number): string {
  return number.toFixed(1).replace('.', unitWords().point)
}

/** The time of day; with the date unless that is today's. */
export function moment(iso: string, now: number): string {
  const at = Date.parse(iso)
  return date(at) === date(now) ? clockTime(at) : dateAndTime(at)
}

/** `2026-12-01 17:12:30`, or as the language writes a date, in the time zone of this machine. */
export function dateAndTime(at: number): string {
  return `${date(at)} ${clockTime(at)}`
}

function date(at: number): string {
  return unitWords().date(new Date(at))
}

export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour12: false })
}

export function ago(iso: string, now: number): string {
  const ms = now - Date.parse(iso)
  return ms < 2000 ? unitWords().justNow : unitWords().ago(duration(ms))
}

export function count(number: number): string {
  return number.toLocaleString(unitWords().locale)
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  return `${toTenths(bytes / 1000 ** power)} ${units[power - 1]}`
}
