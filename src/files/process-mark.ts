import { readFileSync, readlinkSync } from 'node:fs'
import { codeOf } from './errno.ts'
import { textOrNothing } from './open-file.ts'

const form = /^([0-9a-f-]{36} pid:\[\d+\]) (\d{1,10}) (\d+)$/

/**
 * Names this process so that others of its machine can tell that it is gone: the boot, the namespace of its id, the id, and the
 * time of its start, since ids are used again. Empty on systems other than Linux.
 */
export function processMark(): string {
  const place = placeOfIds()
  const start = startOf('self')
  return place === undefined || start === undefined ? '' : `${place} ${process.pid} ${start}`
}

/** Whether the process of a mark has surely ended; false where it cannot be known, as for another container or machine. */
export function isGone(mark: string): boolean {
  const [, place, id = '', start] = form.exec(mark) ?? []
  if (place === undefined || place !== placeOfIds()) return false
  try {
    process.kill(Number(id), 0) // Sends nothing, and sees processes that /proc may hide.
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return true
  }
  const now = startOf(id)
  return now !== undefined && now !== start
}

/** Undefined where /proc belongs to another namespace than this process's: its ids would be of other processes. */
function placeOfIds(): string | undefined {
  try {
    if (readlinkSync('/proc/self') !== String(process.pid)) return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}

/** In clock ticks since the boot. The program's name before it is in brackets, and may have blanks and brackets itself. */
function startOf(id: string): string | undefined {
  return /^.*\) (?:\S+ ){19}(\d+) /s.exec(textOrNothing(`/proc/${id}/stat`))?.[1]
}
