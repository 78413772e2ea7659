import { codeOf } from '../../files/errno.ts'
import { layOut } from './compose-lines.ts'
import { isShort } from './disk-reserve.ts'
import { gapOf, newFailing } from './failure-rule.ts'
import { lostLines } from './recover-trail.ts'
import { deleteSegments, outdatedSegments, retentionOf } from './retention.ts'
import { beginAnew, leave, look, put } from './trail-disk.ts'
import {
  abandon,
  addReplaced,
  askRetention,
  dayMs,
  endFailure,
  fail,
  setShort,
  setUnderWay,
  setUrgent,
  stopWriting,
  type TrailWriter,
  takeRetention,
  takeWaiting,
  type WaitingEntry,
} from './trail-writer.ts'

/** Not longer: entries that outlive collections of the young generation cost most. */
const noteDelayMs = 50
const usualLookMs = 1000
/** A disk that takes longer for one step counts as failing. */
const usualStallMs = 10_000
/** Long enough to notice that another writer died, while nothing can be written anyway. */
const againWaitMs = 7_000

type Step = (writer: TrailWriter) => Promise<void>

/** Does one step at a time with the folder, and looks at it each second. @param stopping ends a wait for its lock */
export function writeTrail(writer: TrailWriter, stopping: AbortSignal) {
  const { lookMs = usualLookMs, stallMs = usualStallMs } = writer.options
  let working: Promise<void> | undefined
  /** Looks that came due during the step under way. Not the time: a process that was frozen itself learns nothing about the disk. */
  let looksDue = 0
  let lookedAt = performance.now()
  let anewAt = Number.NEGATIVE_INFINITY
  let noteTimer: NodeJS.Timeout | undefined
  const lookTimer = setInterval(() => {
    looksDue += 1
    const stalled = working !== undefined && (looksDue - 1) * lookMs >= stallMs
    if (stalled && writer.failing === undefined) abandon(writer)
    wake()
  }, lookMs).unref()

  /** Starts the work, unless it is under way. */
  function wake(): void {
    working ??= work()
  }

  async function work(): Promise<void> {
    await new Promise(setImmediate) // All entries of this tick leave together.
    for (let step = nextStep(); step !== undefined; step = nextStep()) {
      looksDue = 0
      try {
        await step(writer)
      } catch (error) {
        await goOn(error)
      }
    }
    working = undefined
  }

  /** The look comes first: after a freeze the process must look before it writes. A timer may fire a little early. */
  function nextStep(): Step | undefined {
    const { failing, urgent, keepFrom } = writer
    const now = performance.now()
    if (now - lookedAt >= lookMs * 0.95) {
      lookedAt = now
      return failing === undefined ? lookAround : () => resume(writer, stopping)
    }
    if (failing !== undefined) return undefined
    if (urgent) {
      stopNoteTimer()
      return () => putAll(writer, takeWaiting(writer))
    }
    return keepFrom === undefined ? undefined : retire
  }

  /** After a failure: goes on at once in a new segment, so that nobody is refused, unless that was just tried. */
  async function goOn(error: unknown): Promise<void> {
    const why = codeOf(error)
    const unrecorded = await countLost(writer, why)
    const now = performance.now()
    if (writer.failing !== undefined || now - anewAt < lookMs) return fail(writer, why, unrecorded)
    anewAt = now
    const told = { ...newFailing(why), unrecorded }
    try {
      await beginAnew(writer.disk, gapOf(told), { waitMs: 0 })
      endFailure(writer, told)
    } catch (error) {
      fail(writer, codeOf(error), unrecorded)
    }
  }

  function hurry(): void {
    stopNoteTimer()
    setUrgent(writer)
    wake()
  }

  function stopNoteTimer(): void {
    clearTimeout(noteTimer)
    noteTimer = undefined
  }

  return {
    /** Writes waiting entries now; `hurryLater` within 50 ms. */
    hurry,
    hurryLater(): void {
      if (!writer.urgent) noteTimer ??= setTimeout(hurry, noteDelayMs)
    },
    /** Writes waiting entries, and gives the folder back. A failing trail gets one more chance to write its gap line. */
    async end(): Promise<void> {
      clearInterval(lookTimer)
      await working
      if (writer.failing !== undefined) lookedAt = Number.NEGATIVE_INFINITY
      hurry()
      await working
      stopNoteTimer()
      await leave(writer.disk)
      stopWriting(writer)
    },
  }
}

async function lookAround(writer: TrailWriter): Promise<void> {
  await look(writer.disk)
  await lookForRoom(writer)
}

export async function lookForRoom(writer: TrailWriter): Promise<void> {
  const { folder, isShort: ask = isShort } = writer.options
  setShort(writer, await ask(folder))
}

/** Writes piece by piece; each commit resolves as soon as its piece is on disk. */
async function putAll(writer: TrailWriter, all: readonly WaitingEntry[], sync = false): Promise<void> {
  let done = 0
  for (const piece of layOut(writer.disk.position, all)) {
    const those = all.slice(done, done + piece.entries)
    if (piece.begins) askRetention(writer)
    await put(writer.disk, piece, sync || those.some(({ written }) => written !== undefined))
    done += piece.entries
    setUnderWay(writer, all.slice(done))
    for (const [index, { written }] of those.entries()) written?.(piece.firstSeq + index)
  }
}

/**
 * Deletes outdated segments, judged also by the time of the line that tells of it. A failed deletion is no reason to stop writing.
 */
async function retire(writer: TrailWriter): Promise<void> {
  const { disk, options } = writer
  const { folder, keepDays, log } = options
  const asked = takeRetention(writer)
  if (asked === undefined || disk.file === undefined) return
  const at = Date.now()
  const before = Math.min(asked, at - keepDays * dayMs)
  function failed(error: unknown): undefined {
    log.warn({ why: codeOf(error) }, 'segments of the audit trail that are older than SIDECAR_AUDIT_KEEP_DAYS stay')
  }
  const outdated = await outdatedSegments(folder, disk.file.name, before).catch(failed)
  if (outdated === undefined) return
  await putAll(writer, [{ entry: retentionOf(outdated, keepDays), at }], true)
  await deleteSegments(folder, outdated).catch(failed)
}

/** Tries to go on; called each second while nothing can be written. */
async function resume(writer: TrailWriter, signal: AbortSignal): Promise<void> {
  const told = writer.failing
  if (told === undefined) return
  await beginAnew(writer.disk, gapOf(told), { waitMs: againWaitMs, signal })
  endFailure(writer, told)
}

/** Notes it if the file being written was tampered with. @returns how many of its lines are surely gone */
async function countLost(writer: TrailWriter, why: string): Promise<number> {
  const { disk, failing } = writer
  const { segment } = disk.position
  if (failing !== undefined || segment === undefined || (why !== 'replaced' && why !== 'ENOENT')) return 0
  const lost = await lostLines(disk.folder, disk.position)
  if (why === 'ENOENT' && lost === 0) return 0 // The segment is there: another file was missing.
  addReplaced(writer, { file: segment.name, why, lost })
  return lost
}
