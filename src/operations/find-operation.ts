import type { Operation } from './operation.ts'
import { beginning, keyOf, type PathNode } from './segment-tree.ts'

/**
 * The operation that CATAPA would carry out: among those of the method, fixed words win over ids. HEAD is looked up as GET, and
 * `=` is `%3D` (design/promises 8.6). Called for each request of a restricted caller, so nothing is split or decoded.
 */
export function findOperation(method: string, path: string): Operation | undefined {
  return path.startsWith('/') ? find(beginning, method === 'HEAD' ? 'GET' : method, path.slice(1)) : undefined
}

/** Follows the rest of a path; where a word leads to no operation of the method, an id may. */
function find(place: PathNode, method: string, rest: string): Operation | undefined {
  const slash = rest.indexOf('/')
  const segment = slash === -1 ? rest : rest.slice(0, slash)
  const beyond = slash === -1 ? undefined : rest.slice(slash + 1)
  const byWord = follow(place.words.get(segment), method, beyond)
  if (byWord !== undefined) return byWord
  if (place.keys.size > 0) {
    const byKey = follow(place.keys.get(keyOf(segment) ?? ''), method, beyond)
    if (byKey !== undefined) return byKey
  }
  return segment === '' ? undefined : follow(place.id, method, beyond)
}

function follow(place: PathNode | undefined, method: string, rest: string | undefined): Operation | undefined {
  if (place === undefined) return undefined
  return rest === undefined ? place.ends.get(method) : find(place, method, rest)
}
