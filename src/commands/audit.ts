import type { CommandOptions } from './command.ts'
import { complain } from './complain.ts'

/** Reads the audit trail (design/promises 9.11). Needs no running sidecar and no credentials. @throws ConfigError */
export async function audit(options: CommandOptions): Promise<number> {
  const [what, ...operands] = options.operands
  switch (what) {
    case 'verify':
      return (await import('./audit/audit-verify.ts')).verifyAudit({ ...options, operands })
    case 'show':
      return (await import('./audit/audit-show.ts')).showAudit({ ...options, operands })
    default:
      return complain('audit', 'takes verify or show, and a folder; see catapa-sidecar audit --help')
  }
}
