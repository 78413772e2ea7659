import type { IncomingMessage } from 'node:http'
import { decodeFully, decodeOnce } from '../../network/percent.ts'
import type { FactsOf } from '../../problems/failure.ts'
import { type ProblemError, problem } from '../../problems/problem.ts'
import type { Target } from './target.ts'

/**
 * CATAPA reads the tenant also from a query parameter, so a caller could reach another tenant's data with it
 * (design/catapa 8). A caller that names another tenant is refused; bodies are not inspected.
 *
 * @throws ProblemError `policy_denied`, saying where the other tenant is named; `token_unavailable` while the tenant is not known
 */
export function checkTenant(request: IncomingMessage, { path, query }: Target, tenant: string): void {
  if (namesOtherInHeader(request, tenant)) throw denied('header', tenant)
  if (query !== undefined && mayBeTenant.test(query) && namesOther(query, /[&;]/, tenant)) {
    throw denied('query', tenant)
  }
  // Some Java servers count `/path;tenant=x` among the parameters of the request, and `%3F` may begin a query.
  if (/[;?]/.test(decodeOnce(path)) && namesOther(path, /[;/?&]/, tenant)) {
    throw denied('path', tenant)
  }
}

function namesOtherInHeader(request: IncomingMessage, tenant: string): boolean {
  const { tenant: named } = request.headers // Repeated ones are joined.
  if (named === undefined || named === tenant) return false
  return (request.headersDistinct.tenant ?? []).some((value) => value !== '' && value !== tenant)
}

/** Plain, or hidden behind an escape. */
const mayBeTenant = /tenant|%/i

/** The parameters that a server finds: one that splits first, as it should, and one that decodes once before. */
function namesOther(text: string, separator: RegExp, tenant: string): boolean {
  return text.split(separator).some((parameter) => {
    const { name, value = '' } = nameAndValue(parameter)
    const named = isTenantName(name)
    if (named && decodeValue(value) !== tenant) return true
    const hiding = named ? name : parameter // The code of our own tenant may hold a separator.
    const decoded = decodeOnce(hiding)
    if (decoded === hiding || !mayBeTenant.test(decoded)) return false
    return decoded.split(separator).some((hidden) => {
      const { name, value } = nameAndValue(hidden)
      // A bare word is text that somebody wrote, such as "R&D;tenant", and names nobody.
      return value !== undefined && isTenantName(name) && decodeValue(value) !== tenant
    })
  })
}

function nameAndValue(parameter: string): { name: string; value: string | undefined } {
  const equals = parameter.indexOf('=')
  if (equals === -1) return { name: parameter, value: undefined }
  return { name: parameter.slice(0, equals), value: parameter.slice(equals + 1) }
}

/**
 * `tenant` in any case and encoding, with blanks or control characters that a server may drop, as an array (`tenant[]`,
 * `tenant[0]`), or as Spring's default for a field (`!tenant`).
 */
function isTenantName(name: string): boolean {
  if (!mayBeTenant.test(name)) return false
  const decoded = decodeFully(name)
  if (decoded === undefined) return true // Nobody can tell, and nobody encodes so often.
  return /^!?tenant(\[.*)?$/is.test(decoded.replace(/[\x00-\x20+\x7f]/g, ''))
}

/** The value as a server reads it. Of names every guess counts; of values only the exact reading does. */
function decodeValue(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** While the tenant is not known (design/promises 15.2), nobody can tell whether it is another one. */
function denied(where: FactsOf['other_tenant']['where'], tenant: string): ProblemError {
  return tenant === '' ? problem('tenant_not_known', {}) : problem('other_tenant', { where })
}
