import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Paths from `dist`, from `dist/parts`, and for the tests from `build/src`. */
const manifests = ['../package.json', '../../package.json', '../../../package.json']

/** The version of this package. */
export function version(): string {
  for (const path of manifests) {
    const found = versionIn(join(import.meta.dirname, path))
    if (found !== undefined) return found
  }
  return 'unknown'
}

function versionIn(file: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const found: unknown =
      typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : undefined
    return typeof found === 'string' ? found : undefined
  } catch {
    return undefined
  }
}
