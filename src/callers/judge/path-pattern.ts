import { along, otherCase } from '../../operations/letter-case.ts'
import { distance } from '../../words/did-you-mean.ts'
import { pathAmbiguity } from './path-ambiguity.ts'
import { ruleLineWords } from './rule-line-words.ts'

/** The segments of a path or pattern, decoded, so that `%3D` and `=` are the same. */
export function segmentsOf(path: string): readonly string[] {
  if (path === '/') return []
  const segments = path.slice(1).split('/')
  return path.includes('%') ? segments.map(decoded) : segments
}

/** A segment that cannot be decoded is refused as ambiguous before any rule line is asked. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Why a text is no pattern of an `allow` or `deny` line (design/promises 8.7). */
export function patternFlaw(pattern: string): string | undefined {
  if (!pattern.startsWith('/')) return ruleLineWords().slash
  if (/[?#]/.test(pattern)) return ruleLineWords().query
  if (/[{}]/.test(pattern)) return ruleLineWords().braces
  const segments = pattern.slice(1).split('/')
  if (segments.some((segment) => segment.includes('*') && !/^\*\*?$/.test(segment)) || /%2a/i.test(pattern)) {
    return ruleLineWords().partOfSegment
  }
  if (segments.slice(0, -1).includes('**')) return ruleLineWords().starsAtEnd
  return spellingFlaw(pattern)
}

function spellingFlaw(pattern: string): string | undefined {
  const meant = otherCase(pattern) ?? misspelt(pattern)
  if (meant !== undefined) return ruleLineWords().misspelt(meant)
  const found = pathAmbiguity(pattern, undefined)
  if (found === 'empty_segment') return ruleLineWords().emptySegment
  if (found === 'trailing_slash') return ruleLineWords().trailingSlash
  if (found === 'encoded_plain') return ruleLineWords().encoded
  return found === undefined ? undefined : ruleLineWords().nothing
}

const fewestLetters = 5
const mostOdd = 2

/** The known word that the first unknown segment probably misspells: such a line would not protect what it was meant to. */
function misspelt(pattern: string): string | undefined {
  return along(pattern, (places, segment) => {
    if (segment.length < fewestLetters || places.some(({ words }) => words.has(segment))) return undefined
    const near = places
      .flatMap(({ words }) => [...words.keys()])
      .filter((word) => Math.abs(word.length - segment.length) <= mostOdd)
      .map((word) => ({ word, letters: distance(segment, word) }))
      .filter(({ letters }) => letters <= mostOdd)
      .sort((one, other) => one.letters - other.letters)[0]
    return near?.word
  })
}
