import { codeOf } from '../../files/errno.ts'
import { ConfigError } from '../../settings/config-error.ts'
import { checkAuditFolder } from '../audit-folder.ts'
import type { AuditEntry, Trail } from '../audit-line.ts'
import { counting, gapOf, newFailing, unavailable, whileFailing } from './failure-rule.ts'
import { gatedNotes } from './gated-notes.ts'
import { beginAnew, recoveredEntry } from './new-segment.ts'
import { leave, takeOver } from './trail-disk.ts'
import { abandon, fail, refuse } from './trail-failure.ts'
import { TrailTakenError } from './trail-taken.ts'
import { keepFrom, newWriter, type TrailOptions, type Waiting, type Writer } from './trail-writer.ts'
import { hurry, lookForRoom, wake } from './write-waiting.ts'

export type { TrailOptions } from './trail-writer.ts'

/** Not longer: entries that outlive collections of the young generation cost most. */
const noteDelayMs = 50
/** So long a disk may take for one thing; then it counts as failing. */
const usualStallMs = 10_000
/** So many lines wait at most: more than a disk that works ever leaves waiting. */
const mostWaiting = 50_000
/** A writer that died is known to be dead by then, wherever it ran. */
const startWaitMs = 15_000
const stopMs = 5_000

/**
 * Opens the trail of a folder to be written (design/promises 9.1 to 9.10). Lines that are waited for leave together, in one
 * write and one fdatasync, with all notes before them; notes alone within 50 ms, and without. A disk that fails is no
 * reason not to start.
 *
 * @throws ConfigError for a folder that must not be used, TrailTakenError for one that another process writes
 */
export async function openTrail(options: TrailOptions): Promise<Trail> {
  const { folder, onFailure, stallMs = usualStallMs } = options
  const writer = newWriter(options)
  await begin(writer)
  const timer = setInterval(() => {
    writer.stepLooks += 1
    const stalled = writer.pumping !== undefined && (writer.stepLooks - 1) * writer.lookMs >= stallMs
    if (stalled && writer.failing === undefined) abandon(writer)
    wake(writer)
  }, writer.lookMs).unref()

  function enqueue(waiting: Waiting): boolean {
    if (writer.failing !== undefined) refuse(writer, waiting)
    else writer.waiting.push(waiting)
    if (writer.waiting.length > mostWaiting) abandon(writer)
    return writer.failing === undefined
  }

  function note(entry: AuditEntry): void {
    if (enqueue({ entry, at: Date.now() })) writer.noteTimer ??= setTimeout(hurry, noteDelayMs, writer)
  }

  const hasRoom = () => writer.failing === undefined && !writer.short
  const gated = gatedNotes({ note, hasRoom, windowMs: options.gateMs })

  return {
    note,
    noteGated: gated.note,
    commit(entry) {
      return new Promise((written, refused) => {
        if (enqueue({ entry, at: Date.now(), written, refused })) hurry(writer)
      })
    },
    check() {
      const { failing } = writer
      if (failing === undefined || whileFailing(onFailure, false) === 'unrecorded') return
      writer.failing = counting(failing, 'refused')
      throw unavailable(folder, failing.why)
    },
    state() {
      const { disk, unrecorded, failing, replaced } = writer
      return { folder, head: disk.onDisk, lines: disk.lines, unrecorded, failing, replaced }
    },
    async stop(last) {
      if (writer.stopping.signal.aborted) return
      gated.tell()
      if (last !== undefined) note(last)
      writer.stopping.abort()
      clearInterval(timer)
      await inTime(end(writer))
    },
  }
}

async function begin(writer: Writer): Promise<void> {
  const { disk, options } = writer
  try {
    await checkAuditFolder(options.folder)
    const { cut, damaged } = await takeOver(disk, { waitMs: startWaitMs, unlessAlive: true })
    await lookForRoom(writer)
    if (damaged !== undefined) await beginAnew(disk, gapOf(newFailing('damaged')), { waitMs: 0 })
    if (cut !== undefined) writer.waiting.push({ entry: recoveredEntry(cut), at: Date.now() })
    writer.keepFrom = keepFrom(writer)
    hurry(writer)
  } catch (error) {
    if (error instanceof ConfigError || error instanceof TrailTakenError) throw error
    fail(writer, codeOf(error))
  }
}

/** Writes what waits; a trail that fails gets one more chance to say so. Nothing is written after it. */
async function end(writer: Writer): Promise<void> {
  await writer.pumping
  if (writer.failing !== undefined) writer.lookedAt = Number.NEGATIVE_INFINITY
  hurry(writer)
  await writer.pumping
  await leave(writer.disk)
  writer.failing ??= newFailing('stopped')
}

/** Ends in time also where the disk does not answer. */
function inTime(work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, stopMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
