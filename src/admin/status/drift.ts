import type { FinishedRequest } from '../../log/finished-request.ts'
import type { OperationEnding } from '../../log/request-record.ts'
import { beginning, type PathNode } from '../../operations/find-operation.ts'

/** Operations of each kind that are told apart; whatever comes after them is `others`. */
const most = 100
/** Shapes of paths whose answer is remembered: CATAPA has some 300 with their methods, and a caller could make up any number of others. */
const mostShapes = 2000
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** An operation that CATAPA answers: how often, first and last, on the wall clock. */
type Seen = { operation: string; count: number; since: number; at: number }
export type DriftShown = Readonly<{
  unknown: readonly Readonly<Seen>[]
  ending: readonly Readonly<Seen & OperationEnding>[]
}>

/** Notices by CATAPA's answers that its API has moved away from the catalogue (design/promises 16.2). */
export function drift(now: () => number = Date.now) {
  const unknown = new Map<string, Seen>()
  const ending = new Map<string, Seen & OperationEnding>()
  const shapes = new Map<string, Map<string, boolean>>()

  function isKnown(method: string, path: string): boolean {
    const ofMethod = shapes.get(method) ?? new Map<string, boolean>()
    const before = ofMethod.get(path)
    if (before !== undefined) return before
    const known = isInCatalogue(method, path)
    shapes.set(method, ofMethod)
    if (ofMethod.size < mostShapes) ofMethod.set(path, known)
    return known
  }

  return {
    finished({ method, path, status, origin, ending: told }: FinishedRequest): void {
      if (origin !== 'catapa' || path === undefined || status === undefined) return
      if (told !== undefined) Object.assign(count(ending, shownOperation(method, path), now()), told)
      if (status === 404 || status === 405 || !knownMethods.has(method) || isKnown(method, path)) return
      count(unknown, shownOperation(method, path), now())
    },
    shown: (): DriftShown => ({ unknown: [...unknown.values()], ending: [...ending.values()] }),
  }
}

function count<Kind extends Seen>(map: Map<string, Kind | Seen>, operation: string, at: number): Kind | Seen {
  const name = map.has(operation) || map.size < most ? operation : 'others'
  const seen = map.get(name) ?? { operation: name, count: 0, since: at, at }
  map.set(name, seen)
  seen.count += 1
  seen.at = at
  return seen
}

/** The method and the words of the catalogue; all else is `…`. @param path without ids */
function shownOperation(method: string, path: string): string {
  const shown = path.split('/').map((segment) => (segment.endsWith('{id}') ? '…' : segment))
  return `${knownMethods.has(method) ? method : 'OTHER'} ${shown.join('/')}`
}

/** @param path without ids; a slash at its end changes nothing */
function isInCatalogue(method: string, path: string): boolean {
  let places = [beginning]
  for (const segment of path.slice(1).replace(/\/$/, '').split('/')) {
    places = places.flatMap((place) => followers(place, segment)).filter((place) => place !== undefined)
  }
  return places.some(({ ends }) => ends.has(method === 'HEAD' ? 'GET' : method))
}

/** An id may stand for `key=value` too, and a word may be an id. */
function followers({ words, keys, id }: PathNode, segment: string): (PathNode | undefined)[] {
  return segment.includes('{id}') ? [id, ...keys.values()] : [words.get(segment), id]
}
