import { join } from 'node:path'
import { textOrNothing } from '../files/open-file.ts'
import { jsonObject, memberAt } from '../words/member-at.ts'

/** Paths from `dist`, from `dist/parts`, and for the tests from `build/src`. */
const manifests = ['../package.json', '../../package.json', '../../../package.json']

/** The version of this package. */
export function version(): string {
  return inManifest('version')
}

/** The version of a package that this one depends on. */
export function versionOf(dependency: string): string {
  return inManifest('dependencies', dependency)
}

function inManifest(...path: string[]): string {
  for (const manifest of manifests) {
    const found = memberAt(jsonObject(textOrNothing(join(import.meta.dirname, manifest))), ...path)
    if (typeof found === 'string') return found
  }
  return 'unknown'
}
