import { codeOf } from '../../files/errno.ts'
import { layOut } from './compose-lines.ts'
import { isShort } from './disk-reserve.ts'
import { deleteSegments, outdatedSegments, retentionOf } from './retention.ts'
import { look, put } from './trail-disk.ts'
import { goOn, resume } from './trail-failure.ts'
import { dayMs, keepFrom, takeWaiting, type Waiting, type Writer } from './trail-writer.ts'

/** What waits is to be written now. */
export function hurry(writer: Writer): void {
  writer.urgent = true
  wake(writer)
}

/** Does what there is to do, unless that is being done. */
export function wake(writer: Writer): void {
  writer.pumping ??= pump(writer)
}

async function pump(writer: Writer): Promise<void> {
  await new Promise(setImmediate) // All that comes in this tick of the event loop leaves together.
  for (let step = nextStep(writer); step !== undefined; step = nextStep(writer)) {
    writer.stepLooks = 0
    try {
      await step(writer)
    } catch (error) {
      await goOn(writer, error)
    }
  }
  writer.pumping = undefined
}

type Step = (writer: Writer) => Promise<void>

/**
 * The look comes first: a process that was frozen must not write before it has looked. A timer may come a little early.
 */
function nextStep(writer: Writer): Step | undefined {
  const { failing, urgent, keepFrom: before } = writer
  const now = performance.now()
  if (now - writer.lookedAt >= writer.lookMs * 0.95) {
    writer.lookedAt = now
    return failing === undefined ? lookAround : resume
  }
  if (failing !== undefined) return undefined
  if (urgent) return writeWaiting
  return before === undefined ? undefined : retire
}

async function lookAround(writer: Writer): Promise<void> {
  await look(writer.disk)
  await lookForRoom(writer)
}

/** Says once that the disk is nearly full, and once that it is not any more. */
export async function lookForRoom(writer: Writer): Promise<void> {
  const { folder, log, isShort: ask = isShort } = writer.options
  const short = await ask(folder)
  if (short && !writer.short) {
    log.warn(
      { folder },
      'the disk of the audit trail is nearly full: what is left is for calls, and refusals of strangers are counted only',
    )
  } else if (!short && writer.short) log.warn({ folder }, 'there is room again for the audit trail')
  writer.short = short
}

async function writeWaiting(writer: Writer): Promise<void> {
  const all = takeWaiting(writer)
  writer.underWay = all
  await putAll(writer, all)
}

/** Piece by piece; whoever waits for a line learns of it as soon as its piece is on disk. */
async function putAll(writer: Writer, all: readonly Waiting[], sync = false): Promise<void> {
  let done = 0
  for (const piece of layOut(writer.disk.standing, all)) {
    const those = all.slice(done, done + piece.entries)
    if (piece.begins) writer.keepFrom = keepFrom(writer)
    await put(writer.disk, piece, sync || those.some(isAwaited))
    done += piece.entries
    writer.underWay = all.slice(done)
    for (const [index, { written }] of those.entries()) written?.(piece.firstSeq + index)
  }
}

function isAwaited({ written }: Waiting): boolean {
  return written !== undefined
}

/**
 * Deletes what is older than is to be kept, also by the time of the line that says so. That it cannot be deleted is no
 * reason to stop writing.
 */
async function retire(writer: Writer): Promise<void> {
  const { disk, options, keepFrom: asked } = writer
  const { folder, keepDays, log } = options
  writer.keepFrom = undefined
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
