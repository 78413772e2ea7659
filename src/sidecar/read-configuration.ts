import { auditFolderToBe } from '../audit/audit-folder.ts'
import { keyFileToBe } from '../audit/key-file.ts'
import type { CallersFile, Section } from '../callers/caller.ts'
import { readCallers } from '../callers/file/read-callers.ts'
import { logFileToBe } from '../log/log-file.ts'
import type { Config } from '../settings/config.ts'
import { problemList, type Report, reporting } from '../settings/config-error.ts'
import { idleTlsSettings } from '../settings/cross-checks.ts'
import type { Environment } from '../settings/environment.ts'
import type { ListenAddress } from '../settings/listen-address.ts'
import { gatherSettings, type SidecarSettings } from '../settings/read-config.ts'
import { sidecarSettings } from '../settings/sidecar-settings.ts'
import { type ReadCertificates, readCertificates } from './read-certificates.ts'

/** The settings, the callers file and the certificate of `tls:` listeners, if there are such. */
export type Configuration = SidecarSettings &
  Readonly<{ callers: CallersFile | undefined; certificates: ReadCertificates | undefined }>

/**
 * Reads settings and callers file, and checks the log file and the audit trail's folder and key without making them
 * (design/promises 1.8). Nothing is written, and no network is used.
 *
 * @param listens false for a command that opens none of the listeners: it needs no certificate
 * @throws ConfigError with every problem of all of them
 */
export async function readConfiguration(
  env: Environment,
  configPath: string | undefined,
  { listens }: { listens: boolean } = { listens: true },
): Promise<Configuration> {
  const { report, orThrow } = problemList()
  const settings = gatherSettings(env, configPath, report)
  const callers = reporting(() => readCallers(settings.config), report)
  const certificates = listens ? await readCertificates(settings.config, report) : undefined
  await lookAtAudit(settings.config, report)
  const { logFile } = settings.config
  const ofLog = logFile === undefined ? undefined : logFileToBe(logFile)
  if (ofLog !== undefined) report(sidecarSettings.logFile.name, ofLog)
  const addresses = [...settings.config.listen, ...(callers?.sections ?? []).flatMap(listenersOf)]
  const idle = listens ? idleTlsSettings(settings.config, addresses) : []
  const warnings = [...settings.config.warnings, ...idle, ...(certificates?.warnings ?? [])]
  return orThrow({ ...settings, config: { ...settings.config, warnings }, callers, certificates })
}

function listenersOf({ listen }: Section): ListenAddress[] {
  return listen.map(({ value }) => value)
}

async function lookAtAudit({ auditDir, auditKeyFile }: Config, report: Report): Promise<void> {
  if (auditDir === undefined) return
  const ofFolder = auditFolderToBe(auditDir)
  if (ofFolder !== undefined) report(sidecarSettings.auditDir.name, ofFolder)
  const ofKey = auditKeyFile === undefined ? undefined : await keyFileToBe(auditKeyFile)
  if (ofKey !== undefined) report(sidecarSettings.auditKeyFile.name, ofKey)
}
