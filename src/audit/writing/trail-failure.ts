import { codeOf } from '../../files/errno.ts'
import { inWords } from '../../problems/explain.ts'
import type { Failing } from '../audit-line.ts'
import { added, beyond, counting, gapOf, newFailing, unavailable, whileFailing } from './failure-rule.ts'
import { lostLines } from './lost-lines.ts'
import { beginAnew } from './new-segment.ts'
import { keepFrom, takeWaiting, type Waiting, type Writer } from './trail-writer.ts'

/** How long a writer that died is waited for while nothing can be written anyway. */
const againWaitMs = 7_000

/** After a failure: at once in a new segment, so that nobody is refused, unless that was just tried. */
export async function goOn(writer: Writer, error: unknown): Promise<void> {
  const why = codeOf(error)
  const unrecorded = await countLost(writer, why)
  const now = performance.now()
  if (writer.failing !== undefined || now - writer.anewAt < writer.lookMs) return fail(writer, why, unrecorded)
  writer.anewAt = now
  const told = { ...newFailing(why), unrecorded }
  try {
    await beginAnew(writer.disk, gapOf(told), { waitMs: 0 })
    goesOn(writer, told)
  } catch (error) {
    fail(writer, codeOf(error), unrecorded)
  }
}

/** Where somebody has had a hand in the file that is being written, says so once and for all. @returns how many of its lines are surely gone */
async function countLost(writer: Writer, why: string): Promise<number> {
  const { disk, options, failing, replaced } = writer
  const { segment } = disk.standing
  if (failing !== undefined || segment === undefined || (why !== 'replaced' && why !== 'ENOENT')) return 0
  const file = segment.name
  const lost = await lostLines(disk.folder, disk.standing)
  if (why === 'ENOENT' && lost === 0) return 0 // It is there: something else was not.
  writer.replaced = { times: (replaced?.times ?? 0) + 1, at: Date.now(), file, why, lost: (replaced?.lost ?? 0) + lost }
  writer.unrecorded += lost
  const what = why === 'replaced' ? 'replaced, shortened or added to' : 'removed'
  options.log.error({ why, file, lost }, `somebody has ${what} the file of the audit trail that was being written`)
  return lost
}

/** Tried each second while nothing can be written. */
export async function resume(writer: Writer): Promise<void> {
  const told = writer.failing
  if (told === undefined) return
  await beginAnew(writer.disk, gapOf(told), { waitMs: againWaitMs, signal: writer.stopping.signal })
  goesOn(writer, told)
}

/** The trail goes on, with a line that says what was missed; what came after those words has another one. */
function goesOn(writer: Writer, told: Failing): void {
  const { options, failing = told, underWay, waiting } = writer
  const missed = beyond(failing, told)
  const gap = missed === undefined ? [] : [{ entry: gapOf(missed), at: Date.now(), missed }]
  writer.waiting = [...gap, ...underWay, ...waiting]
  writer.urgent = true
  writer.underWay = []
  writer.failing = undefined
  writer.keepFrom ??= keepFrom(writer)
  const { why, refused, unrecorded } = failing
  options.log.warn({ why, refused, unrecorded }, 'the audit trail goes on, in a new segment that says what it misses')
}

/** Nothing can be written. What waits is refused. @param unrecorded lines that are gone with what was written before */
export function fail(writer: Writer, why: string, unrecorded = 0): void {
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
export function abandon(writer: Writer): void {
  writer.disk.abandoned = true
  fail(writer, 'stalled')
}

/** @param one that gets no line, since nothing can be written */
export function refuse(writer: Writer, { refused, missed }: Waiting): void {
  const { options, failing = newFailing('unknown') } = writer
  const what = refused === undefined ? 'unrecorded' : whileFailing(options.onFailure, true)
  writer.failing = missed === undefined ? counting(failing, what) : added(failing, missed)
  if (missed === undefined && what === 'unrecorded') writer.unrecorded += 1
  refused?.(unavailable(options.folder, failing.why))
}
