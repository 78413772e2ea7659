import { existsSync } from 'node:fs'
import { arch, release } from 'node:os'
import { processStatus } from '../../running/process-status.ts'
import type { Environment } from '../../settings/environment.ts'
import { version, versionOf } from '../../sidecar/version.ts'
import { reportWords } from './report-words.ts'

/** Of this command; a running sidecar says its own. */
export function versions(): Record<string, string> {
  const { node, openssl } = process.versions
  return { sidecar: version(), node, openssl: openssl ?? reportWords().unknown, undici: versionOf('undici') }
}

/** The kind of machine. Its name is left out. */
export function system(environment: Environment): Record<string, string | null> {
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions()
  return {
    platform: `${process.platform} ${arch()}`,
    kernel: release(),
    container: containerOf(environment),
    systemd: existsSync('/run/systemd/system') ? reportWords().yes : null,
    systemdUnit: processStatus('').unit ?? null,
    timeZone,
    locale,
  }
}

/** The kind of container; null outside one. */
function containerOf({ container, KUBERNETES_SERVICE_HOST }: Environment): string | null {
  if (KUBERNETES_SERVICE_HOST) return 'kubernetes'
  if (container) return /^[\w.-]{1,40}$/.test(container) ? container : reportWords().yes
  return existsSync('/.dockerenv') ? 'docker' : null
}
