import { createHash } from 'node:crypto'

/** Picks from a list, always the same ones for one seed. */
export type Chance = Readonly<{
  whole: (from: number, to: number) => number
  pick: <const Item>(items: readonly [Item, ...Item[]]) => Item
}>

/** Repeatable chance (mulberry32): the sandbox invents the same company in every run. */
export function chance(seed: number): Chance {
  let state = seed
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return { whole, pick: (items) => items[whole(0, items.length - 1)] ?? items[0] }
}

/** A UUID that belongs to a name (the form of RFC 9562 §5.8): the same in every run. */
export function uuid(name: string): string {
  const hex = createHash('sha256').update(`catapa-sandbox ${name}`).digest('hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** `YYYY-MM-DD`. Days and months past the end run over, as in `Date.UTC`. */
export function date(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10)
}
