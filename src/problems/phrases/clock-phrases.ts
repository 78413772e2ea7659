/** For the person who runs the sidecar: how far a clock is off, in ms, and how to set it. */
export function clockOff(aheadMs: number): { happened: string; next: string } {
  return {
    happened: `the clock of this machine is ${duration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} CATAPA's`,
    next: 'Set it, and let it be kept right: timedatectl set-ntp true on Linux, w32tm /resync on Windows; in a container or virtual machine, on its host.',
  }
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
  const parts = [days && `${days} d`, hours && `${hours} h`, rest && `${rest} min`].filter(Boolean)
  return parts.join(' ') || `${Math.round(ms / 1000)} s`
}
