import { readFileSync, readlinkSync } from 'node:fs'
import { codeOf } from './errno.ts'

const form = /^([0-9a-f-]{36} pid:\[\d+\]) (\d{1,10}) (\d+)$/

/**
 * Names this process so that others of its machine can tell that it is gone: the boot, the namespace in which its id counts, the
 * id, and when it was started, since ids are used again. Empty where the system has no such names: only Linux has.
 */
export function processMark(): string {
  const place = placeOfIds()
  const start = startOf('self')
  return place === undefined || start === undefined ? '' : `${place} ${process.pid} ${start}`
}

/** Whether the process of a mark has surely ended. Not where that cannot be known, as for one of another container or machine. */
export function isGone(mark: string): boolean {
  const [, place, id = '', start] = form.exec(mark) ?? []
  if (place === undefined || place !== placeOfIds()) return false
  try {
    process.kill(Number(id), 0) // Sends nothing. Unlike /proc it hides no process.
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return true
  }
  const now = startOf(id)
  return now !== undefined && now !== start
}

/** Undefined where /proc is not that of the namespace in which this process lives: its ids would be those of others. */
function placeOfIds(): string | undefined {
  try {
    if (readlinkSync('/proc/self') !== String(process.pid)) return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}

/** In ticks since the boot. The name of the program stands before it in brackets, and may have blanks and brackets. */
function startOf(id: string): string | undefined {
  try {
    return /^.*\) (?:\S+ ){19}(\d+) /s.exec(readFileSync(`/proc/${id}/stat`, 'latin1'))?.[1]
  } catch {
    return undefined
  }
}
