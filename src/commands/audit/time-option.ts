import { instantIn, utc } from './time-zone.ts'

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
