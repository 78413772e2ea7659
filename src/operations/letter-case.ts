import { fixedWords, keysOfIds } from './catalogue.ts'
import { beginning, keyOf, type PathNode } from './segment-tree.ts'

/**
 * Goes along a path, through all places of CATAPA's paths that it may lead to, until `look` finds something. A segment `*` may
 * be anything, as in the patterns of the callers file.
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
/** Nearly no path: one without capitals can only lack those of the few words that have some. 4 µs a request. */
const mayDiffer = new RegExp(['[A-Z]', ...withCapitals].join('|'))

/**
 * The first word that CATAPA writes in other capitals at its place: a server that does not mind them would take it for
 * the word, and we for an id or for nothing. An id that resembles a word of another place is none of these.
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

/** The words of a place by their lower case; nearly all of them have no other, `MEDICAL_CLAIM` has. */
const lowerCase = new WeakMap<PathNode, ReadonlyMap<string, string>>()

function inLowerCase(place: PathNode): ReadonlyMap<string, string> {
  const known = lowerCase.get(place)
  if (known !== undefined) return known
  const words = new Map([...place.words.keys()].map((word) => [word.toLowerCase(), word]))
  lowerCase.set(place, words)
  return words
}
