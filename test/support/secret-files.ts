import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** In a folder that all may enter, as /etc is. */
export function secretFileWith(content: string | Buffer, mode = 0o600): string {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-'))
  chmodSync(folder, 0o755)
  const path = join(folder, 'client-secret')
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

/** As a Secret's volume has it. */
export function kubernetesSecret(): string {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-'))
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, '..2026_11_24_01'))
  writeFileSync(join(folder, '..2026_11_24_01/secret'), 'x')
  symlinkSync('..2026_11_24_01', join(folder, '..data'))
  symlinkSync('..data/secret', join(folder, 'secret'))
  return join(folder, 'secret')
}
