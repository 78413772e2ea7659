import { execFile } from 'node:child_process'
import { takeEnvironment } from '../settings/environment.ts'

const timeoutMs = 5_000

/**
 * Tells systemd (sd_notify(3)) that the service accepts requests, is ending or is alive; does nothing without NOTIFY_SOCKET.
 * Node has no datagram sockets over files, so systemd's own program sends it; the unit needs NotifyAccess=all,
 * since the message comes from a child of ours.
 *
 * @returns why it could not be sent, if so
 */
export function notifySystemd(state: 'READY=1' | 'STOPPING=1' | 'WATCHDOG=1'): Promise<string | undefined> {
  if (!takeEnvironment().NOTIFY_SOCKET) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    execFile('systemd-notify', [state], { timeout: timeoutMs }, (error) => resolve(error?.message.split('\n', 1)[0]))
  })
}

/**
 * The interval of WATCHDOG=1 in ms, half of the unit's WatchdogSec= (sd_watchdog_enabled(3)). Undefined without WatchdogSec=, or
 * if the variables are meant for another process.
 */
export function watchdogMs(environment: Readonly<Record<string, string | undefined>>): number | undefined {
  const { NOTIFY_SOCKET, WATCHDOG_USEC = '', WATCHDOG_PID } = environment
  if (!NOTIFY_SOCKET || !/^[1-9]\d{0,14}$/.test(WATCHDOG_USEC)) return undefined
  if (WATCHDOG_PID && WATCHDOG_PID !== String(process.pid)) return undefined
  return Math.min(Math.max(1, Number(WATCHDOG_USEC) / 2000), 2 ** 31 - 1)
}
