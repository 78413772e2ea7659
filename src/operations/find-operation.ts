import { keysOfIds, knownOperations } from './catalogue.ts'
import type { Operation } from './operation.ts'

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

/** A place in the paths of CATAPA's operations. */
export type PathNode = {
  /** By the next segment, where that is a fixed word. */
  readonly words: Map<string, PathNode>
  /** By the text before the `=` of the next segment, where an id follows it. */
  readonly keys: Map<string, PathNode>
  /** Where the next segment is an id. */
  id: PathNode | undefined
  /** Operations whose path ends here, by method. */
  readonly ends: Map<string, Operation>
}

/** The beginning of every path. */
export const beginning: PathNode = newPlace()

for (const operation of knownOperations) {
  let place = beginning
  for (const segment of operation.template.slice(1).split('/')) place = next(place, segment)
  place.ends.set(operation.method, operation)
}

function newPlace(): PathNode {
  return { words: new Map(), keys: new Map(), id: undefined, ends: new Map() }
}

function next(place: PathNode, segment: string): PathNode {
  if (segment.startsWith('{')) {
    place.id ??= newPlace()
    return place.id
  }
  const key = keysOfIds.find((name) => segment.startsWith(`${name}%3D`))
  const [places, word] = key === undefined ? [place.words, segment] : [place.keys, key]
  const found = places.get(word) ?? newPlace()
  places.set(word, found)
  return found
}

const equalsSign = /%3d|=/i

/** The text before the first `=`, or `%3D`, of a segment; undefined where there is none. */
export function keyOf(segment: string): string | undefined {
  const at = segment.search(equalsSign)
  return at === -1 ? undefined : segment.slice(0, at)
}
