import type { FastifyBaseLogger } from 'fastify'
import { inWords } from '../../problems/explain.ts'
import type { Failing, Replaced } from '../audit-line.ts'
import type { StampedEntry } from './compose-lines.ts'
import type { isShort } from './disk-reserve.ts'
import {
  added,
  beyond,
  counting,
  gapOf,
  newFailing,
  type OnFailure,
  unavailable,
  whileFailing,
} from './failure-rule.ts'
import { type OpenSegment, openSegment } from './segment-file.ts'
import { abandonDisk, newTrailDisk, type TrailDisk } from './trail-disk.ts'

export type TrailOptions = Readonly<{
  folder: string
  keepDays: number
  onFailure: OnFailure
  log: Pick<FastifyBaseLogger, 'warn' | 'error'>
  /** Tests only: fails on purpose. */
  open?: OpenSegment
  /**
   * Tests only: how often the folder is looked at, how long the disk may take for one step, and how long lines that anybody can
   * cause are counted together.
   */
  lookMs?: number
  stallMs?: number
  gateMs?: number
  /** Tests only: a disk that has little room. */
  isShort?: typeof isShort
}>

/** An entry that waits for its line. */
export type WaitingEntry = StampedEntry &
  Readonly<{
    /** For a commit: resolves and rejects it. */
    written?: (seq: number) => void
    refused?: (reason: Error) => void
    /** For a gap line: the failure that it tells. */
    missed?: Failing
  }>

type State = {
  readonly options: TrailOptions
  readonly disk: TrailDisk
  waiting: WaitingEntry[]
  /** Some waiting entry has to be written now. */
  urgent: boolean
  /** Entries being written. */
  underWay: readonly WaitingEntry[]
  failing: Failing | undefined
  replaced: Replaced | undefined
  /** The rest of the disk is reserved for calls. */
  short: boolean
  /** Entries without a line since the start. */
  unrecorded: number
  /** Segments that ended before this time are to be deleted. */
  keepFrom: number | undefined
}

/** The state of a trail's writer: waiting entries, a failure, and the folder. Only the functions of this file change it. */
export type TrailWriter = Readonly<State>

/** The most entries that wait: more than a working disk ever leaves waiting. */
const mostWaiting = 50_000
export const dayMs = 86_400_000

export function newWriter(options: TrailOptions): TrailWriter {
  return {
    ...{ options, disk: newTrailDisk(options.folder, options.open ?? openSegment) },
    ...{ waiting: [], urgent: false, underWay: [], failing: undefined, replaced: undefined },
    ...{ short: false, unrecorded: 0, keepFrom: undefined },
  }
}

/** Lets an entry wait for its line, unless nothing can be written. @returns whether it waits */
export function enqueue(writer: State, waiting: WaitingEntry): boolean {
  if (writer.failing !== undefined) refuse(writer, waiting)
  else writer.waiting.push(waiting)
  if (writer.waiting.length > mostWaiting) abandon(writer)
  return writer.failing === undefined
}

export function setUrgent(writer: State): void {
  writer.urgent = true
}

/** Takes all waiting entries, to write them. */
export function takeWaiting(writer: State): readonly WaitingEntry[] {
  writer.underWay = writer.waiting
  writer.waiting = []
  writer.urgent = false
  return writer.underWay
}

/** @param rest the entries being written that are not on disk yet */
export function setUnderWay(writer: State, rest: readonly WaitingEntry[]): void {
  writer.underWay = rest
}

/**
 * Asks for segments from before the days kept to be deleted (design/promises 9.6): by the clock, but at most a day after the last
 * line. A clock that jumps for a moment must not cost the whole trail.
 */
export function askRetention(writer: State): void {
  const { options, disk } = writer
  const now = Math.min(Date.now(), (disk.position.at ?? Number.POSITIVE_INFINITY) + dayMs)
  writer.keepFrom = now - options.keepDays * dayMs
}

export function takeRetention(writer: State): number | undefined {
  const { keepFrom } = writer
  writer.keepFrom = undefined
  return keepFrom
}

/** Logs once that the disk is nearly full, and once that it no longer is. */
export function setShort(writer: State, short: boolean): void {
  const { folder, log } = writer.options
  if (short && !writer.short) {
    log.warn(
      { folder },
      'the disk of the audit trail is nearly full: the rest is for calls, and refusals of strangers are only counted',
    )
  } else if (!short && writer.short) log.warn({ folder }, 'there is room again for the audit trail')
  writer.short = short
}

/** Notes and logs that the file being written was tampered with. @param lost how many of its lines are surely gone */
export function addReplaced(writer: State, { file, why, lost }: Pick<Replaced, 'file' | 'why' | 'lost'>): void {
  const { replaced, options } = writer
  writer.replaced = { times: (replaced?.times ?? 0) + 1, at: Date.now(), file, why, lost: (replaced?.lost ?? 0) + lost }
  writer.unrecorded += lost
  const what = why === 'replaced' ? 'replaced, shortened or added to' : 'removed'
  options.log.error({ why, file, lost }, `somebody has ${what} the file of the audit trail that was being written`)
}

/** Notes that nothing can be written, and refuses all waiting entries. @param unrecorded written lines that are gone */
export function fail(writer: State, why: string, unrecorded = 0): void {
  const { options, failing: before } = writer
  const lost = [...writer.underWay, ...takeWaiting(writer)]
  writer.underWay = []
  const failing = before === undefined ? newFailing(why) : { ...before, why }
  writer.failing = { ...failing, unrecorded: failing.unrecorded + unrecorded }
  for (const one of lost) refuse(writer, one)
  if (before?.why === why) return
  const detail = inWords(unavailable(options.folder, why).failure, 'operator')
  options.log.error({ why, detail }, 'the audit trail cannot be written')
}

/** Gives up the work under way, since it takes too long. */
export function abandon(writer: State): void {
  abandonDisk(writer.disk)
  fail(writer, 'stalled')
}

/** Gives no line to an entry, since nothing can be written. */
function refuse(writer: State, { refused, missed }: WaitingEntry): void {
  const { options, failing = newFailing('unknown') } = writer
  const what = refused === undefined ? 'unrecorded' : whileFailing(options.onFailure, true)
  writer.failing = missed === undefined ? counting(failing, what) : added(failing, missed)
  if (missed === undefined && what === 'unrecorded') writer.unrecorded += 1
  refused?.(unavailable(options.folder, failing.why))
}

/** @throws ProblemError `audit_unavailable`, counted, while all requests are refused */
export function checkWritable(writer: State): void {
  const { failing, options } = writer
  if (failing === undefined || whileFailing(options.onFailure, false) === 'unrecorded') return
  writer.failing = counting(failing, 'refused')
  throw unavailable(options.folder, failing.why)
}

/** Goes on after a failure whose gap line, `told`, is written; anything missed after that was composed gets a second gap line. */
export function endFailure(writer: State, told: Failing): void {
  const { options, failing = told, underWay, waiting } = writer
  const missed = beyond(failing, told)
  const gap = missed === undefined ? [] : [{ entry: gapOf(missed), at: Date.now(), missed }]
  writer.waiting = [...gap, ...underWay, ...waiting]
  writer.urgent = true
  writer.underWay = []
  writer.failing = undefined
  if (writer.keepFrom === undefined) askRetention(writer)
  const { why, refused, unrecorded } = failing
  options.log.warn({ why, refused, unrecorded }, 'the audit trail goes on, in a new segment that says what it misses')
}

/** After this nothing is written. */
export function stopWriting(writer: State): void {
  writer.failing ??= newFailing('stopped')
}
