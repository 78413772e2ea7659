import type { FastifyBaseLogger } from 'fastify'
import type { AuditEntry, Failing, Replaced } from '../audit-line.ts'
import type { isShort } from './disk-reserve.ts'
import type { OnFailure } from './failure-rule.ts'
import { type OpenSegment, openSegment } from './segment-file.ts'
import { newTrailDisk, type TrailDisk } from './trail-disk.ts'

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
export type Waiting = Readonly<{
  entry: AuditEntry
  at: number
  /** Where somebody waits for it to be on disk. */
  written?: (seq: number) => void
  refused?: (reason: Error) => void
  /** Of a gap that is yet to be told. */
  missed?: Failing
}>

/** The one that writes a trail: what waits, what fails, and the folder. */
export type Writer = {
  readonly options: TrailOptions
  readonly disk: TrailDisk
  readonly stopping: AbortController
  readonly lookMs: number
  waiting: Waiting[]
  /** Among what waits is something that is to be written now. */
  urgent: boolean
  /** What is being written. */
  underWay: readonly Waiting[]
  /** Until then nothing is written for notes alone. */
  noteTimer: NodeJS.Timeout | undefined
  failing: Failing | undefined
  replaced: Replaced | undefined
  /** What is left on the disk is for calls alone. */
  short: boolean
  /** What has no line since the start. */
  unrecorded: number
  /** Segments that ended before this time are to be deleted. */
  keepFrom: number | undefined
  /** When the folder was looked at, and when a new segment was begun for a failure. */
  lookedAt: number
  anewAt: number
  /**
   * One thing after the other is done with the folder: what is done now, and how often the folder was to be looked at since
   * it began. Not since when: a process that stood still itself knows nothing of the disk.
   */
  pumping: Promise<void> | undefined
  stepLooks: number
}

const usualLookMs = 1000
export const dayMs = 86_400_000

export function newWriter(options: TrailOptions): Writer {
  return {
    options,
    disk: newTrailDisk(options.folder, options.open ?? openSegment),
    stopping: new AbortController(),
    lookMs: options.lookMs ?? usualLookMs,
    waiting: [],
    urgent: false,
    underWay: [],
    noteTimer: undefined,
    failing: undefined,
    replaced: undefined,
    short: false,
    unrecorded: 0,
    keepFrom: undefined,
    lookedAt: performance.now(),
    anewAt: Number.NEGATIVE_INFINITY,
    pumping: undefined,
    stepLooks: 0,
  }
}

/**
 * What ended before this time is to be deleted (design/promises 9.6): by the clock, unless that is far ahead of the line
 * before. One that jumped for a moment must not cost the whole trail.
 */
export function keepFrom({ options, disk: { standing } }: Pick<Writer, 'options' | 'disk'>): number {
  const now = Math.min(Date.now(), (standing.at ?? Number.POSITIVE_INFINITY) + dayMs)
  return now - options.keepDays * dayMs
}

/** Takes all that waits. */
export function takeWaiting(writer: Writer): readonly Waiting[] {
  const all = writer.waiting
  writer.waiting = []
  writer.urgent = false
  clearTimeout(writer.noteTimer)
  writer.noteTimer = undefined
  return all
}
