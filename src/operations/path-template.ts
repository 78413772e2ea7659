import { fixedWords, keysOfIds } from './catalogue.ts'

/** Every fixed segment of CATAPA's paths, with those of the token endpoint. Any other segment may be an id or a person. */
const words = new Set([...fixedWords, 'oauth', 'token'])
const keyOfId = new RegExp(`^(${keysOfIds.join('|')})%3D`, 'i')

const mostSegments = 12

/**
 * A path for logs and metrics, with all segments replaced that could be an id or a personal value:
 * `/core/v1/employees/8f3c…/payslip` is `/core/v1/employees/{id}/payslip`, `externalId%3D4711` is `externalId%3D{id}`.
 */
export function pathTemplate(path: string): string {
  let template = ''
  let begin = 1
  for (let count = 0; count < mostSegments; count++) {
    const slash = path.indexOf('/', begin)
    const end = slash === -1 ? path.length : slash
    const segment = path.slice(begin, end)
    template += segment === '' || words.has(segment) ? `/${segment}` : `/${idTemplate(segment)}`
    if (slash === -1) return template
    begin = end + 1
  }
  return `${template}/…`
}

function idTemplate(segment: string): string {
  if (!segment.includes('%')) return '{id}'
  return keyOfId.exec(segment)?.[0].concat('{id}') ?? '{id}'
}

const mostQueryNames = 20

/** The names of a query's parameters, never their values; `…` for anything but a plain name. */
export function queryNames(query: string | undefined): string[] | undefined {
  if (query === undefined || query === '') return undefined
  const names: string[] = []
  for (let begin = 0; begin <= query.length && names.length < mostQueryNames; ) {
    const and = query.indexOf('&', begin)
    const end = and === -1 ? query.length : and
    const name = plainName(query, begin, end)
    if (!names.includes(name)) names.push(name)
    begin = end + 1
  }
  return names
}

const plainNamePattern = /^[A-Za-z][A-Za-z_-]{0,31}$/

/** A name without a value may be a value itself, as in `?budi` or, in Base64, `?YnVkaQ==`. */
function plainName(query: string, begin: number, end: number): string {
  const equals = query.indexOf('=', begin)
  if (equals === -1 || equals + 1 >= end || query[equals + 1] === '=') return '…'
  const name = query.slice(begin, equals)
  return plainNamePattern.test(name) ? name : '…'
}
