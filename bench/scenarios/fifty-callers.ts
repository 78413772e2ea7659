import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const count = 50

/** A callers file with a profile for each, and the headers by which they are known. */
export function fiftyCallers(folder: string): { file: string; headers: { Authorization: string[] } } {
  const keys = Array.from({ length: count }, () => `csk_${randomBytes(32).toString('base64url')}`)
  const file = join(folder, 'callers')
  writeFileSync(file, `${keys.map(section).join('')}[*]\nprofile = no-delete\n`, { mode: 0o600 })
  return { file, headers: { Authorization: keys.map((key) => `Bearer ${key}`) } }
}

function section(key: string, index: number): string {
  const digest = createHash('sha256').update(key).digest('hex')
  return `[caller-${index}]\nkey = sha256:${digest}\nprofile = read-only no-approvals\ndeny = DELETE /core/v1/**\n`
}
