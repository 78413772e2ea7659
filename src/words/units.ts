// Numbers and times for people. The browser loads this very module, so it imports nothing.

export function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`
}

/** `54 min 12 s`: two units are enough for people. */
export function duration(ms: number): string {
  const { days, hours, minutes, seconds } = split(ms)
  if (days > 0) return `${days} d ${hours} h`
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  return minutes > 0 ? `${minutes} min ${seconds} s` : `${seconds} s`
}

/** To the second, so that people see it move. */
export function countdown(ms: number): string {
  const { days, hours, minutes, seconds } = split(ms)
  const whole = days * 24 + hours
  return `${whole > 0 ? `${whole} h ` : ''}${whole + minutes > 0 ? `${minutes} min ` : ''}${seconds} s`
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
  if (ms >= 10_000) return `${Math.round(ms / 1000)} s`
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}

/** The time of day; with the date unless that is today's. */
export function moment(iso: string, now: number): string {
  const at = Date.parse(iso)
  return date(at) === date(now) ? clockTime(at) : dateAndTime(at)
}

/** `2026-12-01 17:12:30`, in the time zone of this machine. */
export function dateAndTime(at: number): string {
  return `${date(at)} ${clockTime(at)}`
}

function date(at: number): string {
  const day = new Date(at)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour12: false })
}

export function ago(iso: string, now: number): string {
  const ms = now - Date.parse(iso)
  return ms < 2000 ? 'just now' : `${duration(ms)} ago`
}

export function count(number: number): string {
  return number.toLocaleString('en-GB')
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`
}
