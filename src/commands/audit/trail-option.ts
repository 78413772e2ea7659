import { errorCode } from '../../files/errno.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import { takeEnvironment } from '../../settings/environment.ts'
import { readAuditConfig } from '../../settings/read-config.ts'
import { printable } from '../../words/printable.ts'
import type { CommandOptions } from '../command.ts'
import { complain } from '../complain.ts'
import { auditShowWords } from './audit-show-words.ts'

/** The folder that is given, else that of SIDECAR_AUDIT_DIR; undefined without either. @throws ConfigError */
export function namedTrail({
  configPath,
  operands,
}: Pick<CommandOptions, 'configPath' | 'operands'>): string | undefined {
  return operands[0] ?? readAuditConfig(takeEnvironment(), configPath).auditDir
}

/**
 * Says why a trail cannot be read. @returns the exit status: an unreadable folder is wrong usage, an unreadable file in it leaves
 * the trail unverified
 */
export function unreadableTrail(folder: string, error: unknown): number {
  const code = errorCode(error)
  if (!(error instanceof Error) || code === undefined) throw error
  const path: unknown = Reflect.get(error, 'path')
  const status = path === folder ? exitStatus.configuration : exitStatus.notInTime
  const what = typeof path === 'string' ? path : folder
  return complain('audit', `${printable(what)} ${whyUnreadable(code)}`, status)
}

function whyUnreadable(code: string): string {
  const { missing, noFolder, forbidden, unreadable } = auditShowWords()
  if (code === 'ENOENT') return missing
  if (code === 'ENOTDIR') return noFolder
  return code === 'EACCES' || code === 'EPERM' ? forbidden : unreadable(code)
}
