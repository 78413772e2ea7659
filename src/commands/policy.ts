import type { CommandOptions } from './command.ts'
import { complain } from './complain.ts'

/** Asks what callers may do (design/promises 8.10). @throws ConfigError */
export async function policy(options: CommandOptions): Promise<number> {
  const [what, ...operands] = options.operands
  switch (what) {
    case 'check':
      return (await import('./policy/policy-check.ts')).checkPolicy({ ...options, operands })
    case 'list':
      return (await import('./policy/policy-list.ts')).listPolicy({ ...options, operands })
    case 'suggest':
      return (await import('./policy/policy-suggest.ts')).suggestPolicy({ ...options, operands })
    default:
      return complain('policy', 'takes check CALLER METHOD PATH, list, or suggest; see catapa-sidecar policy --help')
  }
}
