import { matching } from './query-filter.ts'
import { json, type SandboxAnswer, type SandboxCall } from './sandbox-request.ts'

const defaultSize = 10
const largestSize = 50

/** One page of the rows that `query` lets through, as Spring Data answers it. `sortedBy` names the order that `rows` have. */
export function page(call: SandboxCall, rows: readonly object[], sortedBy = 'code'): SandboxAnswer {
  const found = matching(call, rows)
  // Spring takes what is no number or too small for the default, and more than the largest for the largest.
  const number = wholeNumber(call.query.get('page')) ?? 0
  const size = Math.min(wholeNumber(call.query.get('size')) || defaultSize, largestSize)
  const content = found.slice(number * size, (number + 1) * size)
  const totalPages = Math.ceil(found.length / size)
  const ascending = { direction: 'ASC', ignoreCase: false, nullHandling: 'NATIVE', ascending: true, descending: false }
  return json(200, {
    totalPages,
    last: number >= totalPages - 1,
    totalElements: found.length,
    numberOfElements: content.length,
    hasContent: content.length > 0,
    sort: [{ property: sortedBy, ...ascending }],
    first: number === 0,
    size,
    number,
    content,
  })
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
