import { execFile } from 'node:child_process'
import { takeEnvironment } from '../settings/environment.ts'

const timeoutMs = 5_000

/**
 * Tells systemd (sd_notify(3)) that the service accepts requests, or that it is ending; nothing where no NOTIFY_SOCKET
 * is set. Node has no datagram sockets over files, so systemd's own program sends it; the unit needs NotifyAccess=all,
 * since the message comes from a child of ours.
 *
 * @returns why it could not be sent, if so
 */
export function notifySystemd(state: 'READY=1' | 'STOPPING=1'): Promise<string | undefined> {
  if (!takeEnvironment().NOTIFY_SOCKET) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    execFile('systemd-notify', [state], { timeout: timeoutMs }, (error) => resolve(error?.message.split('\n', 1)[0]))
  })
}
