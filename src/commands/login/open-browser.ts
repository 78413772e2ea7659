import { spawn } from 'node:child_process'
import type { Environment } from '../../settings/environment.ts'

/** The command that opens an address in this user's browser; undefined without a screen. */
export function browserCommand(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): [file: string, ...args: string[]] | undefined {
  if (environment.SSH_CONNECTION) return undefined // The screen is that of another machine.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  if (platform === 'darwin') return ['open']
  return environment.DISPLAY || environment.WAYLAND_DISPLAY ? ['xdg-open'] : undefined
}

/** Opens the address, without a shell, if there is a browser. A failure does not matter: the address is printed too. */
export function openBrowser(url: string, environment: Environment): void {
  const [file, ...args] = browserCommand(environment) ?? []
  if (file === undefined) return
  const child = spawn(file, [...args, url], { stdio: 'ignore', detached: true })
  child.once('error', () => {}) // It is not installed.
  child.unref()
}
