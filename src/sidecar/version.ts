import { join } from 'node:path'
import { textOrNothing } from '../files/open-file.ts'
import { jsonObject } from '../words/member-at.ts'

/** Paths from `dist`, from `dist/parts`, and for the tests from `build/src`. */
const manifests = ['../package.json', '../../package.json', '../../../package.json']

/** The version of this package. */
export function version(): string {
  for (const path of manifests) {
    const found = jsonObject(textOrNothing(join(import.meta.dirname, path)))?.version
    if (typeof found === 'string') return found
  }
  return 'unknown'
}
