/** A time zone, and how far it is ahead of UTC. */
export type Zone = Readonly<{ name: string; offsetMs(at: number): number }>

export const utc: Zone = { name: 'UTC', offsetMs: () => 0 }

/** The names of Indonesia's zones. */
const indonesian: Readonly<Record<string, string>> = {
  WIB: 'Asia/Jakarta',
  WITA: 'Asia/Makassar',
  WIT: 'Asia/Jayapura',
}

const offset = /^([+-])(\d\d):?(\d\d)(?::(\d\d))?$/

/** A zone of the IANA (`Asia/Jakarta`), `WIB`, `WITA`, `WIT`, or an offset (`+07:00`); undefined for any other text. */
export function zoneOf(text: string): Zone | undefined {
  if (text === 'UTC' || text === 'Z') return utc
  const fixed = offsetOf(text)
  if (fixed !== undefined) return { name: text, offsetMs: () => fixed }
  try {
    const timeZone = indonesian[text] ?? text
    return {
      name: text,
      offsetMs: remembered(new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })),
    }
  } catch {
    return undefined
  }
}

/** `2026-11-27 17:07:46` in the zone. @param time as in an audit line */
export function shownTime(time: string, { offsetMs }: Zone): string {
  const at = Date.parse(time)
  const there = Number.isNaN(at) ? time : new Date(at + offsetMs(at)).toISOString()
  return there.slice(0, 19).replace('T', ' ')
}

/** The instant at which a clock of the zone shows `shown`, which is a clock time given as if it were UTC. */
export function instantIn({ offsetMs }: Zone, shown: number): number {
  return shown - offsetMs(shown - offsetMs(shown))
}

/** Remembers the last offset: offsets change at quarters of an hour only, and rows come in the order of time. */
function remembered(format: Intl.DateTimeFormat): Zone['offsetMs'] {
  let last = { quarter: Number.NaN, offsetMs: 0 }
  return (at) => {
    const quarter = Math.floor(at / 900_000)
    if (quarter !== last.quarter) {
      const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
      last = { quarter, offsetMs: offsetOf(name.replace('GMT', '')) ?? 0 }
    }
    return last.offsetMs
  }
}

function offsetOf(text: string): number | undefined {
  const [, sign, hours, minutes, seconds = 0] = offset.exec(text) ?? []
  if (sign === undefined) return undefined
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return sign === '-' ? -ms : ms
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

const ago = /^(\d{1,6})([mhd])$/
const instant = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/

/** A time in the form of audit lines, from `2h` or `3d` ago or ISO 8601, in `zone` unless it names one; undefined for any other text. */
export function timeOption(text: string, zone = utc, now = Date.now()): string | undefined {
  const [, count, unit = ''] = ago.exec(text) ?? []
  if (count !== undefined) return new Date(now - Number(count) * (unitMs[unit] ?? 0)).toISOString()
  const [, day, time = '00:00', own] = instant.exec(text) ?? []
  if (day === undefined) return undefined
  const at = Date.parse(`${day}T${time}${own ?? 'Z'}`)
  if (Number.isNaN(at)) return undefined
  return new Date(own === undefined ? instantIn(zone, at) : at).toISOString()
}
