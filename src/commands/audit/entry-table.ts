import type { TrailEntry } from '../../audit/reading/trail-entries.ts'
import { printable } from '../../words/printable.ts'
import { size } from '../../words/units.ts'
import { entryWords } from './audit-show-words.ts'
import { shownTime, utc, type Zone } from './time-zone.ts'

/** Digits shown of a digest; `--json` has all. */
const shownDigits = 16
/** Entries in one write; the first of them decide how wide the columns are. */
const batch = 500

/** Entries as a table for people, in batches, since a trail may be larger than the memory. Without entries there is no table. */
export function* entryTable(entries: Iterable<TrailEntry>, zone = utc): Generator<string, void, void> {
  const names = entryWords().columns(zone.name)
  let widths: number[] | undefined
  for (const some of batches(entries)) {
    const rows = some.map((entry) => cells(entry, zone))
    const begin = widths === undefined ? [names] : []
    widths ??= names.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)))
    const known = widths
    yield [...begin, ...rows].map((row) => line(row, known)).join('')
  }
}

/** One entry a line: the members of its audit lines, `outcome` and, for a request with two lines, `endSeq` and `endTime`. */
export function* entryJson(entries: Iterable<TrailEntry>): Generator<string, void, void> {
  for (const some of batches(entries)) yield some.map(jsonLine).join('')
}

function jsonLine({ seq, time, event, outcome, end, members }: TrailEntry): string {
  const ended = end === undefined || end.seq === seq ? {} : { endSeq: end.seq, endTime: end.time }
  return `${JSON.stringify({ seq, time, event, ...members, outcome, ...ended })}\n`
}

function* batches(entries: Iterable<TrailEntry>): Generator<TrailEntry[], void, void> {
  let some: TrailEntry[] = []
  for (const entry of entries) {
    some.push(entry)
    if (some.length < batch) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}

function line(row: readonly string[], widths: readonly number[]): string {
  return `${row
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd()}\n`
}

function cells(entry: TrailEntry, zone: Zone): string[] {
  const { seq, time, event, members } = entry
  const place = [String(seq), shownTime(time, zone)]
  if (entry.outcome === undefined) {
    const released = members.repeatOf === undefined ? '' : entryWords().ofLine(word(members.repeatOf))
    return [...place, word(members.caller), '', '', '', event + released + details(entry, zone)]
  }
  const call = [members.method, members.operation].filter((part) => part !== undefined).map(word)
  if (members.repeatOf !== undefined) call.push(entryWords().repeats(word(members.repeatOf)))
  return [...place, word(members.caller), outcomeWords(entry), sizeOf(members), word(members.effect), call.join(' ')]
}

/** The size of CATAPA's answer: an export of everything shows in it. */
function sizeOf({ origin, responseBytes }: TrailEntry['members']): string {
  return origin === 'catapa' && typeof responseBytes === 'number' ? size(responseBytes) : ''
}

/** How a request ended, as far as it is known. */
export function outcomeWords({ outcome, members }: TrailEntry): string {
  const { status, reached, verdict, profile } = members
  const said = entryWords()
  if (outcome === 'unknown') return said.outcomeUnknown
  if (outcome === 'refused') return said.refused(word(profile ?? status))
  const rule = verdict === 'reported' ? word(profile) : undefined
  if (outcome === 'answered') return said.answered(word(status), rule)
  const acted = reached === 'maybe' || reached === 'yes' ? reached : 'no'
  return said.failed(status === undefined ? undefined : word(status), acted, rule)
}

function details({ event, members: { detail } }: TrailEntry, zone: Zone): string {
  if (typeof detail !== 'object' || detail === null) return ''
  if (event === 'flood') return `: ${floodWords({ ...detail }, zone)}`
  const words = Object.entries(detail).map(([name, value]) => `${printable(name)} ${shortened(word(value))}`)
  return words.length === 0 ? '' : `: ${words.join(', ')}`
}

/** `16,770 more refusals since 2026-11-27 10:07:46`. */
function floodWords({ of, count, since, from, to }: Record<string, unknown>, zone: Zone): string {
  const change = from === undefined ? undefined : ([word(from), word(to)] as const)
  return entryWords().flood(word(of), Number(count), shownTime(word(since), zone), change)
}

function shortened(text: string): string {
  return /^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, shownDigits)}…` : text
}

function word(value: unknown): string {
  return value === undefined ? '' : printable(String(value))
}
