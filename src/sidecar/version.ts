import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonObject } from '../words/member-at.ts'

/** Paths from `dist`, from `dist/parts`, and for the tests from `build/src`. */
const manifests = ['../package.json', '../../package.json', '../../../package.json']

/** The version of this package. */
export function version(): string {
  for (const path of manifests) {
    try {
      const found = jsonObject(readFileSync(join(import.meta.dirname, path), 'utf8'))?.version
      if (typeof found === 'string') return found
    } catch {} // It is not there.
  }
  return 'unknown'
}
