import { decodeFully } from '../../network/percent.ts'
import type { FactsOf } from '../../problems/failure.ts'
import { type ProblemError, problem } from '../../problems/problem.ts'

/** A request target that can go to CATAPA byte for byte. */
export type Target = {
  /** Path and query as the caller wrote them. */
  forwarded: string
  path: string
  /** Without the `?`; undefined when there is none. */
  query: string | undefined
  /** The authority of an absolute-form target (RFC 9112 §3.2.2), which has to pass the rule for `Host`. */
  authority: string | undefined
}

/** RFC 3986 §3.3: pchar and `/`; a `%` that starts no escape passes, since CATAPA may judge it itself. */
const legalPath = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*$/
/** Old programs send `<`, `>` and `|` raw in a query. */
const legalQuery = /^[!-~]*$/

/**
 * Judges the raw request target (design/promises 3.1, design/libraries 13). A target that cannot be forwarded unchanged is
 * refused, never mended: a proxy that tidies up asks CATAPA for something else than the caller did.
 *
 * @throws ProblemError `bad_request`
 */
export function judgeTarget(raw: string): Target {
  const { authority, rest } = splitAuthority(raw)
  const question = rest.indexOf('?')
  const path = question === -1 ? rest : rest.slice(0, question)
  const query = question === -1 ? undefined : rest.slice(question + 1)
  if (raw.includes('#')) throw refuse('fragment')
  if (!legalPath.test(path)) throw refuse('path_characters')
  if (query !== undefined && !legalQuery.test(query)) throw refuse('query_characters')
  if (hasDotSegment(path)) throw refuse('dot_segment')
  return { forwarded: rest, path, query, authority }
}

function splitAuthority(raw: string): { authority: string | undefined; rest: string } {
  if (raw.startsWith('/')) return { authority: undefined, rest: raw }
  const match = /^http:\/\/([^/?#]*)(.*)$/is.exec(raw)
  const [, authority, rest] = match ?? []
  if (authority === undefined || rest === undefined) throw refuse('no_path')
  return { authority, rest: rest.startsWith('/') ? rest : `/${rest}` }
}

/**
 * Dot segments in any encoding (escaped, also repeatedly, also as overlong UTF-8), behind `%2F` or `%5C`, before `;`,
 * and with control characters or blanks, which some servers drop.
 */
function hasDotSegment(path: string): boolean {
  if (!/[.%]/.test(path)) return false
  const decoded = decodeFully(path)
  if (decoded === undefined) return true // Nobody can tell, and nobody encodes so often.
  return decoded.split(/[/\\]/).some((segment) => /^\.\.?(;|$)/.test(segment.replace(/[\x00-\x20\x7f]/g, '')))
}

function refuse(flaw: FactsOf['target']['flaw']): ProblemError {
  return problem('target', { flaw })
}
