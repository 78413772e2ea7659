import { fixedWords, keysOfIds } from './catalogue.ts'
import { beginning, keyOf, type PathNode } from './find-operation.ts'

/**
 * Follows a path through all matching places of CATAPA's paths until `look` finds something. A segment `*` matches any, as in
 * the patterns of the callers file.
 */
export function along(
  path: string,
  look: (places: readonly PathNode[], segment: string) => string | undefined,
): string | undefined {
  let places = [beginning]
  for (const segment of path.slice(1).split('/')) {
    const found = look(places, segment)
    if (found !== undefined) return found
    places = places.flatMap((place) => followers(place, segment))
    if (places.length === 0) return undefined
  }
  return undefined
}

function followers({ words, keys, id }: PathNode, segment: string): PathNode[] {
  const found =
    segment === '*' ? [...words.values(), ...keys.values()] : [words.get(segment), keys.get(keyOf(segment) ?? '')]
  return [...found, id].filter((place) => place !== undefined)
}

const inLower = (word: string) => word.toLowerCase()
const withCapitals = [...fixedWords, ...keysOfIds].filter((word) => word !== inLower(word)).map(inLower)
/** Matches nearly no path: without capitals a path can differ only in the few words that have some. Saves 4 µs a request. */
const mayDiffer = new RegExp(['[A-Z]', ...withCapitals].join('|'))

/**
 * The first word that CATAPA writes in another letter case at its place: a server that ignores the case would take it for the
 * word, and we for an id or for nothing. An id that resembles a word of another place does not count.
 */
export function otherCase(path: string): string | undefined {
  if (!mayDiffer.test(path)) return undefined
  return along(path, (places, segment) => {
    for (const place of places) {
      const word = inLowerCase(place).get(segment.toLowerCase())
      if (word !== undefined && word !== segment) return word
      const key = keyOf(segment)
      const meant = key && keysOf(place).find((known) => known !== key && sameLetters(known, key))
      if (meant) return meant
    }
    return undefined
  })
}

const keysOf = ({ keys }: PathNode) => [...keys.keys()]
const sameLetters = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

/** The words of a place by their lower case. Few have capitals, such as `MEDICAL_CLAIM`. */
const lowerCase = new WeakMap<PathNode, ReadonlyMap<string, string>>()

function inLowerCase(place: PathNode): ReadonlyMap<string, string> {
  const known = lowerCase.get(place)
  if (known !== undefined) return known
  const words = new Map([...place.words.keys()].map((word) => [word.toLowerCase(), word]))
  lowerCase.set(place, words)
  return words
}
