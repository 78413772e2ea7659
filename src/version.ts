import { existsSync, readFileSync } from 'node:fs'

/** The version of this package. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(manifestFile(), 'utf8'))
  const found: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : undefined
  return typeof found === 'string' ? found : 'unknown'
}

/** The nearest one: above `dist`, or for the tests above `build/src`. */
function manifestFile(): URL {
  const near = new URL('../package.json', import.meta.url)
  return existsSync(near) ? near : new URL('../../package.json', import.meta.url)
}
