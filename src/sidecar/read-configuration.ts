import { auditFolderToBe } from '../audit/audit-folder.ts'
import { keyFileToBe } from '../audit/key-file.ts'
import type { CallersFile } from '../callers/caller.ts'
import { readCallers } from '../callers/file/read-callers.ts'
import { logFileToBe } from '../log/log-file.ts'
import type { Config } from '../settings/config.ts'
import { problemList, type Report, reporting } from '../settings/config-error.ts'
import type { Environment } from '../settings/environment.ts'
import { gatherSettings, type SidecarSettings } from '../settings/read-config.ts'
import { sidecarSettings } from '../settings/sidecar-settings.ts'

/** The settings and the callers file, if there is one. */
export type Configuration = SidecarSettings & Readonly<{ callers: CallersFile | undefined }>

/**
 * Reads settings and callers file, and checks the log file and the audit trail's folder and key without making them
 * (design/promises 1.8). Nothing is written, and no network is used.
 *
 * @throws ConfigError with every problem of all of them
 */
export async function readConfiguration(env: Environment, configPath: string | undefined): Promise<Configuration> {
  const { report, orThrow } = problemList()
  const settings = gatherSettings(env, configPath, report)
  const callers = reporting(() => readCallers(settings.config), report)
  await lookAtAudit(settings.config, report)
  const { logFile } = settings.config
  const ofLog = logFile === undefined ? undefined : logFileToBe(logFile)
  if (ofLog !== undefined) report(sidecarSettings.logFile.name, ofLog)
  return orThrow({ ...settings, callers })
}

async function lookAtAudit({ auditDir, auditKeyFile }: Config, report: Report): Promise<void> {
  if (auditDir === undefined) return
  const ofFolder = auditFolderToBe(auditDir)
  if (ofFolder !== undefined) report(sidecarSettings.auditDir.name, ofFolder)
  const ofKey = auditKeyFile === undefined ? undefined : await keyFileToBe(auditKeyFile)
  if (ofKey !== undefined) report(sidecarSettings.auditKeyFile.name, ofKey)
}
