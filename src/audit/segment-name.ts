/** A file of the trail, by its name: `audit-20261127T101500Z-000000000001.jsonl`. */
export type SegmentName = Readonly<{
  name: string
  /** Its begin as in the name, and the UTC day of that, as `dayOf`. */
  begunAt: string
  day: number
  /** `seq` of its first line. */
  firstSeq: number
}>

const pattern = /^audit-((\d{4})(\d\d)(\d\d)T\d{6}Z)-(\d{12})\.jsonl$/

/** The number of the UTC day since 1970. */
export function dayOf(at: number): number {
  return Math.floor(at / 86_400_000)
}

/** The name of a segment whose first line has this `time` and `seq` (design/promises 9.5). */
export function segmentName(time: string, firstSeq: number): string {
  return `audit-${timeInName(time)}-${String(firstSeq).padStart(12, '0')}.jsonl`
}

/** `2026-11-27T10:07:46.123Z` as in a name. */
export function timeInName(time: string): string {
  return `${time.slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** The segments among a folder's files, in the order of their lines: clocks go back, `seq` does not. */
export function segmentsAmong(names: readonly string[]): SegmentName[] {
  const segments = names.flatMap((name) => {
    const [, begunAt, year, month, day, seq] = pattern.exec(name) ?? []
    return begunAt === undefined
      ? []
      : [{ name, begunAt, day: dayOf(Date.parse(`${year}-${month}-${day}`)), firstSeq: Number(seq) }]
  })
  return segments.sort((a, b) => a.firstSeq - b.firstSeq || (a.name < b.name ? -1 : 1))
}
