import { words } from '../../words/language.ts'

/** About a clock that is off by `aheadMs`, for the person who runs the sidecar. */
export const clockWords = words('clockWords', {
  off: (aheadMs: number) =>
    `the clock of this machine is ${span(Math.abs(aheadMs), { day: 'd', hour: 'h', minute: 'min', second: 's' })} ${aheadMs > 0 ? 'ahead of' : 'behind'} CATAPA's`,
  setIt:
    'Set it, and let it be kept right: timedatectl set-ntp true on Linux, w32tm /resync on Windows; in a container or virtual machine, on its host.',
})

/** For the person who runs the sidecar: how far a clock is off, in ms, and how to set it. */
export function clockOff(aheadMs: number): { happened: string; next: string } {
  const { off, setIt } = clockWords()
  return { happened: off(aheadMs), next: setIt }
}

/** A span with these names of its units, to the minute; a short one in seconds. */
export function span(ms: number, named: Readonly<Record<'day' | 'hour' | 'minute' | 'second', string>>): string {
  const minutes = Math.round(ms / 60_000)
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
  const parts = [days && `${days} ${named.day}`, hours && `${hours} ${named.hour}`, rest && `${rest} ${named.minute}`]
  return parts.filter(Boolean).join(' ') || `${Math.round(ms / 1000)} ${named.second}`
}
