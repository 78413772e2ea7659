import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { takeEnvironment } from './environment.ts'
import { secretWords } from './secret-words.ts'

/** Whether a mode lets others read a secret. `warning`, not `flaw`, if that is usual there or only a group can read it. */
export type ModeVerdict = { mode: string; warning?: string; flaw?: string }

/**
 * Judges whether others than its owner can read a file. Secrets mounted by Docker (`/run/secrets`) and Kubernetes (through
 * `..data`) are readable by all in their container, where the sidecar is alone: a warning. Windows has no such modes.
 */
export function judgeMode(
  path: string,
  platform: NodeJS.Platform = process.platform,
  contained = inContainer(),
): ModeVerdict | undefined {
  if (platform === 'win32') return undefined
  const real = realpathSync(path)
  const bits = statSync(real).mode & 0o777
  const words = secretWords()
  const mode = words.mode(bits.toString(8).padStart(4, '0'))
  if ((bits & 0o004) !== 0 && letIn(real, 0o001)) {
    const mounted = (contained && /^(\/var)?\/run\/secrets\//.test(real)) || /\/\.\.\d{4}_/.test(real)
    if (mounted) return { mode, warning: words.everyoneInContainer }
    return { mode, flaw: words.everyone }
  }
  return (bits & 0o040) !== 0 && letIn(real, 0o011) ? { mode, warning: words.group } : { mode }
}

/** Whether every folder on the way has one of these bits: a folder without them protects all files in it. */
function letIn(path: string, bits: number): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & bits) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** By the marks of engines: Docker and podman make a file, podman and this image set `container`, Kubernetes its own variable. */
function inContainer(): boolean {
  const { container, KUBERNETES_SERVICE_HOST } = takeEnvironment()
  return Boolean(container || KUBERNETES_SERVICE_HOST) || ['/.dockerenv', '/run/.containerenv'].some(existsSync)
}
