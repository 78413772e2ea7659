import { domains, effects, type Operation } from './operation.ts'
import { documentedOperations, undocumentedOperations } from './operation-table.ts'

/** The 280 operations of CATAPA's public reference (design/promises 8.6). */
export const operations: readonly Operation[] = parse(documentedOperations)

/** Those of the reference, and those known from elsewhere. */
export const knownOperations: readonly Operation[] = [...operations, ...parse(undocumentedOperations)]

/** Each segment of the templates, once. */
const segments = [...new Set(knownOperations.flatMap(({ template }) => template.slice(1).split('/')))]

/** Every fixed segment of a path of CATAPA's API. */
export const fixedWords: ReadonlySet<string> = new Set(segments.filter((segment) => !segment.includes('{')))

/** The fixed text before the `%3D` of segments such as `externalId%3D{externalId}`. */
export const keysOfIds: readonly string[] = segments.flatMap((segment) => /^(\w+)%3D/.exec(segment)?.[1] ?? [])

function parse(table: string): Operation[] {
  return table.trim().split('\n').map(parseLine)
}

function parseLine(line: string): Operation {
  const [method = '', effectWord, domainWord, template = '', ...marks] = line.split(/ +/)
  const effect = effects.find((word) => word === effectWord)
  const domain = domains.find((word) => word === domainWord)
  const odd = marks.filter((mark) => mark !== 'multipart' && mark !== '?')
  if (effect === undefined || domain === undefined || !template.startsWith('/') || odd.length > 0) {
    throw new Error(`the catalogue has a line that is none: ${line}`)
  }
  return { method, template, effect, domain, multipart: marks.includes('multipart'), unsure: marks.includes('?') }
}
