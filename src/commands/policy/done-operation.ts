import { parseLine } from '../../callers/judge/rule-line.ts'
import { findOperation } from '../../operations/find-operation.ts'
import { allows, type ProfileName } from '../../operations/profiles.ts'

/** An operation that a caller used, without ids: `GET /core/v1/employees/{id}`. */
export type DoneOperation = string

/** The operation as profiles judge it, with `{id}` for any id. */
function asked(done: DoneOperation) {
  const [method = '', path = ''] = done.split(' ')
  return { method, path, operation: findOperation(method, path) }
}

/** A request for the operation, with any id. */
export function exampleOf(done: DoneOperation): { method: string; path: string } {
  const { method, path } = asked(done)
  return { method, path: path.replaceAll('{id}', '0').replace(/…$/, '0') }
}

/** Whether CATAPA's reference has the operation. */
export function isKnown(done: DoneOperation): boolean {
  return asked(done).operation !== undefined
}

export function profileAllows(profile: ProfileName, done: DoneOperation): boolean {
  return allows(profile, asked(done))
}

/** Why no `allow` line can name the operation, or undefined. */
export function lineFlaw(done: DoneOperation): string | undefined {
  const { method, path } = asked(done)
  const line = parseLine(`${method} ${patternOf(path)}`, 1)
  return 'flaw' in line ? line.flaw : undefined
}

/** `allow` lines for all operations, one for each path, in the order of the paths. */
export function allowLines(all: readonly DoneOperation[]): string[] {
  const methods = new Map<string, Set<string>>()
  for (const done of all) {
    const { method, path } = asked(done)
    const pattern = patternOf(path)
    methods.set(pattern, (methods.get(pattern) ?? new Set()).add(method))
  }
  return [...methods]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([pattern, names]) => `allow = ${[...names].sort().join(',')} ${pattern}`)
}

/** A path without ids as a pattern. `…` ends a path that was too long for the log. */
function patternOf(path: string): string {
  const segments = path.split('/').map((segment) => (segment.endsWith('{id}') ? '*' : segment))
  return segments.join('/').replace(/…$/, '**')
}
