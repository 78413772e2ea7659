import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { takeEnvironment } from './environment.ts'

/** What a mode lets others do with a secret. `warning` where it is to be expected or only a group is meant. */
export type ModeVerdict = { mode: string; warning?: string; flaw?: string }

/**
 * Judges who can read a file besides its owner. Secrets that Docker (`/run/secrets`) and Kubernetes (through `..data`)
 * mount are readable by all in their container, where nobody else is: that is only mentioned. Windows has no such modes.
 */
export function judgeMode(
  path: string,
  platform: NodeJS.Platform = process.platform,
  contained = inContainer(),
): ModeVerdict | undefined {
  if (platform === 'win32') return undefined
  const real = realpathSync(path)
  const bits = statSync(real).mode & 0o777
  const mode = `mode ${bits.toString(8).padStart(4, '0')}`
  if ((bits & 0o004) !== 0 && letIn(real, 0o001)) {
    const mounted = (contained && /^(\/var)?\/run\/secrets\//.test(real)) || /\/\.\.\d{4}_/.test(real)
    if (mounted) return { mode, warning: 'readable by everybody in this container' }
    return { mode, flaw: 'every user of this machine can read it' }
  }
  return (bits & 0o040) !== 0 && letIn(real, 0o011) ? { mode, warning: 'its group can read it' } : { mode }
}

/** Whether every folder on the way lets in whom one of these bits is for: one that does not protects what is in it. */
function letIn(path: string, bits: number): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & bits) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** By what engines leave: Docker and podman a file, podman and this project's image the variable, Kubernetes its own. */
function inContainer(): boolean {
  const { container, KUBERNETES_SERVICE_HOST } = takeEnvironment()
  return Boolean(container || KUBERNETES_SERVICE_HOST) || ['/.dockerenv', '/run/.containerenv'].some(existsSync)
}
