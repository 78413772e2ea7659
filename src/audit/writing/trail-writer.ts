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
  /** A test's, that fails on purpose. */
  open?: OpenSegment
  /**
   * For tests, which cannot wait: how often the folder is looked at, how long a disk may take for one thing, and for how long
   * lines that anybody can cause are counted together.
   */
  lookMs?: number
  stallMs?: number
  gateMs?: number
  /** A test's disk that has little room. */
  isShort?: typeof isShort
}>

/** What waits for its line. */
export type WaitingEntry = StampedEntry &
  Readonly<{
    /** Where somebody waits for it to be on disk. */
    written?: (seq: number) => void
    refused?: (reason: Error) => void
    /** Of a gap that is yet to be told. */
    missed?: Failing
  }>

type State = {
  readonly options: TrailOptions
  readonly disk: TrailDisk
  waiting: WaitingEntry[]
  /** Among what waits is something that is to be written now. */
  urgent: boolean
  /** What is being written. */
  underWay: readonly WaitingEntry[]
  failing: Failing | undefined
  replaced: Replaced | undefined
  /** What is left on the disk is for calls alone. */
  short: boolean
  /** What has no line since the start. */
  unrecorded: number
  /** Segments that ended before this time are to be deleted. */
  keepFrom: number | undefined
}

/** The one that writes a trail: what waits, what fails, and the folder. Only the functions of this file change it. */
export type TrailWriter = Readonly<State>

/** So many lines wait at most: more than a disk that works ever leaves waiting. */
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

/** What waits is to be written now. */
export function setUrgent(writer: State): void {
  writer.urgent = true
}

/** Takes all that waits, to be written. */
export function takeWaiting(writer: State): readonly WaitingEntry[] {
  writer.underWay = writer.waiting
  writer.waiting = []
  writer.urgent = false
  return writer.underWay
}

/** @param rest of what is being written what is not on disk yet */
export function setUnderWay(writer: State, rest: readonly WaitingEntry[]): void {
  writer.underWay = rest
}

/**
 * Asks for what ended before this time to be deleted (design/promises 9.6): by the clock, unless that is far ahead of the line
 * before. One that jumped for a moment must not cost the whole trail.
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

/** Says once that the disk is nearly full, and once that it is not any more. */
export function setShort(writer: State, short: boolean): void {
  const { folder, log } = writer.options
  if (short && !writer.short) {
    log.warn(
      { folder },
      'the disk of the audit trail is nearly full: what is left is for calls, and refusals of strangers are counted only',
    )
  } else if (!short && writer.short) log.warn({ folder }, 'there is room again for the audit trail')
  writer.short = short
}

/** Says that somebody has had a hand in the file that is being written. @param lost how many of its lines are surely gone */
export function addReplaced(writer: State, { file, why, lost }: Pick<Replaced, 'file' | 'why' | 'lost'>): void {
  const { replaced, options } = writer
  writer.replaced = { times: (replaced?.times ?? 0) + 1, at: Date.now(), file, why, lost: (replaced?.lost ?? 0) + lost }
  writer.unrecorded += lost
  const what = why === 'replaced' ? 'replaced, shortened or added to' : 'removed'
  options.log.error({ why, file, lost }, `somebody has ${what} the file of the audit trail that was being written`)
}

/** Nothing can be written. What waits is refused. @param unrecorded lines that are gone with what was written before */
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

/** What takes too long counts as failed, whatever comes of it. */
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

/** @throws ProblemError `audit_unavailable`, counted, where all are refused now */
export function checkWritable(writer: State): void {
  const { failing, options } = writer
  if (failing === undefined || whileFailing(options.onFailure, false) === 'unrecorded') return
  writer.failing = counting(failing, 'refused')
  throw unavailable(options.folder, failing.why)
}

/** The trail goes on, with a line that says what was missed; what came after those words has another one. */
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

/** Nothing is written after it. */
export function stopWriting(writer: State): void {
  writer.failing ??= newFailing('stopped')
}
