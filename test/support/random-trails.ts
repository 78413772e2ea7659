// Trails at random, and what may happen to them at random.
import { seededRandom } from './random.ts'
import { aBegin, anEnd, aRead, type Files, forged, linesOf, setLines, type TrailMaker, trailMaker } from './trails.ts'

/** A whole number from 0 to below `sides`. */
export type Roll = (sides: number) => number

/** The same numbers for the same seed. */
export function dice(seed: number): Roll {
  const next = seededRandom(seed)
  return (sides) => (next() * 2 ** 32) % sides
}

function one<Value>(roll: Roll, values: readonly [Value, ...Value[]]): Value {
  return values[roll(values.length)] ?? values[0]
}

const callers = ['payroll-export', 'time-clock', 'intranet', 'other'] as const
const texts = ['profile read-only', 'deny line 14', '…', 'é "quoted" \\ \u0007', 'tenant rule'] as const

/** Up to 50 lines in up to eight segments, some of them deleted after their time. */
export function randomTrail(roll: Roll): TrailMaker {
  const trail = trailMaker()
  const open: number[] = []
  for (let lines = roll(50); lines > 0; lines--) {
    const caller = one(roll, callers)
    const afterMs = roll(10) === 0 ? -roll(5000) : roll(100_000)
    const traceId = roll(3) ? undefined : 'ef'.repeat(16)
    const changes = {
      caller,
      traceId,
      profile: one(roll, texts),
      durationMs: roll(100_000) / 10,
      subject: roll(2) ? 'ab'.repeat(32) : undefined,
      delivered: one(roll, [undefined, undefined, 'yes', 'no']),
    }
    const begun = open.pop()
    const what = roll(10)
    if (what === 0 && trail.files.size > 0) trail.segment(afterMs)
    else if (what === 1 && trail.files.size > 1) trail.retire({ keepDays: roll(20) === 0 ? 1 : 0 })
    else if (what === 2) trail.add({ event: 'start', detail: { version: one(roll, texts), n: roll(100) } }, afterMs)
    else if (what < 5)
      open.push(trail.add(aBegin({ caller, traceId, fingerprint: roll(3) ? undefined : 'cd'.repeat(32) }), afterMs))
    else if (begun !== undefined) trail.add(anEnd(begun, changes), afterMs)
    else trail.add(aRead({ ...changes, repeatOf: roll(5) ? undefined : roll(50) }), afterMs)
  }
  return trail
}

/** One thing that a disk, or somebody who does not know better, may do. */
export function damage(files: Files, roll: Roll): void {
  const names = [...files.keys()]
  const name = names[roll(names.length)]
  if (name === undefined) return
  const bytes = files.get(name) ?? ''
  const lines = linesOf(files, name)
  const at = roll(lines.length || 1)
  const line = lines[at]
  const byteAt = roll(bytes.length || 1)
  const byte = String.fromCharCode(roll(256))
  const ways: (() => void)[] = [
    () => files.set(name, bytes.slice(0, byteAt) + byte + bytes.slice(byteAt + 1)),
    () => files.set(name, bytes.slice(0, byteAt) + byte + bytes.slice(byteAt)),
    () => files.set(name, bytes.slice(0, byteAt) + bytes.slice(byteAt + 1)),
    () => files.set(name, bytes.slice(0, byteAt)),
    () => files.set(name, `${bytes}{"v":1,"seq":`),
    () => setLines(files, name, lines.toSpliced(at, 1)),
    () => setLines(files, name, lines.toSpliced(at, 0, line ?? '')),
    () => setLines(files, name, lines.toSpliced(roll(lines.length + 1), 0, line ?? 'x')),
    () => setLines(files, name, lines.toReversed()),
    () => line !== undefined && setLines(files, name, lines.with(at, change(line, roll))),
    () => files.delete(name),
    () => {
      files.delete(name)
      files.set(renamed(name, roll), bytes)
    },
    () => {
      const other = names[roll(names.length)] ?? name
      files.set(name, files.get(other) ?? '').set(other, bytes)
    },
  ]
  ways[roll(ways.length)]?.()
}

/** A line with another member and the right hash; one that cannot be read any more stays as it is. */
function change(line: string, roll: Roll): string {
  try {
    return forged(
      line,
      one<Record<string, unknown>>(roll, [
        { seq: roll(60) },
        { time: '2026-11-27T08:00:00.000Z' },
        { event: 'segment' },
        { prev: '0'.repeat(64) },
      ]),
    )
  } catch {
    return line
  }
}

function renamed(name: string, roll: Roll): string {
  return one(roll, [`${name}.gz`, name.replace(/\d\.jsonl$/, `${roll(10)}.jsonl`), name.replace('2026', '2027')])
}
