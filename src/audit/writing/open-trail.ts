import { codeOf } from '../../files/errno.ts'
import { ConfigError } from '../../settings/config-error.ts'
import { checkAuditFolder } from '../audit-folder.ts'
import type { AuditEntry, Trail } from '../audit-line.ts'
import { gapOf, newFailing } from './failure-rule.ts'
import { gatedNotes } from './gated-notes.ts'
import { beginAnew, recoveredEntry, TrailTakenError, takeOver } from './trail-disk.ts'
import {
  askRetention,
  checkWritable,
  enqueue,
  fail,
  newWriter,
  type TrailOptions,
  type TrailWriter,
} from './trail-writer.ts'
import { lookForRoom, writeTrail } from './write-trail.ts'

export type { TrailOptions } from './trail-writer.ts'

/** Long enough to notice that a writer on any machine has died. */
const startWaitMs = 15_000
const stopMs = 5_000

/**
 * Opens the trail of a folder for writing (design/promises 9.1 to 9.10). Commits are written together, in one write and one
 * fdatasync, with all notes before them; notes alone within 50 ms, without fdatasync. A disk that fails is no reason not to
 * start.
 *
 * @throws ConfigError for a folder that must not be used, TrailTakenError for one that another process writes
 */
export async function openTrail(options: TrailOptions): Promise<Trail> {
  const writer = newWriter(options)
  const stopping = new AbortController()
  await begin(writer)
  const work = writeTrail(writer, stopping.signal)
  work.hurry()

  function note(entry: AuditEntry): void {
    if (enqueue(writer, { entry, at: Date.now() })) work.hurryLater()
  }

  const hasRoom = () => writer.failing === undefined && !writer.short
  const gated = gatedNotes({ note, hasRoom, windowMs: options.gateMs })

  return {
    note,
    noteGated: gated.note,
    commit(entry) {
      return new Promise((written, refused) => {
        if (enqueue(writer, { entry, at: Date.now(), written, refused })) work.hurry()
      })
    },
    check: () => checkWritable(writer),
    state() {
      const { disk, unrecorded, failing, replaced } = writer
      return { folder: disk.folder, head: disk.onDisk, lines: disk.lines, unrecorded, failing, replaced }
    },
    async stop(last) {
      if (stopping.signal.aborted) return
      gated.tell()
      if (last !== undefined) note(last)
      stopping.abort()
      await inTime(work.end())
    },
  }
}

async function begin(writer: TrailWriter): Promise<void> {
  const { disk, options } = writer
  try {
    await checkAuditFolder(options.folder)
    const { cut, damaged } = await takeOver(disk, { waitMs: startWaitMs, unlessAlive: true })
    await lookForRoom(writer)
    if (damaged !== undefined) await beginAnew(disk, gapOf(newFailing('damaged')), { waitMs: 0 })
    if (cut !== undefined) enqueue(writer, { entry: recoveredEntry(cut), at: Date.now() })
    askRetention(writer)
  } catch (error) {
    if (error instanceof ConfigError || error instanceof TrailTakenError) throw error
    fail(writer, codeOf(error))
  }
}

/** Ends in time even if the disk does not answer. */
function inTime(work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, stopMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
