import type { IncomingMessage } from 'node:http'
import { ProblemError } from '../errors.ts'
import { decodeFully } from './percent.ts'
import type { Target } from './target.ts'

/**
 * CATAPA reads the tenant also from a query parameter, so a caller could reach another tenant's data with it
 * (CATAPA.md). A caller that names another tenant is refused; bodies are not inspected.
 *
 * @throws ProblemError `policy_denied`, saying where the other tenant is named
 */
export function checkTenant(request: IncomingMessage, { path, query }: Target, tenant: string): void {
  if (namesOtherInHeader(request, tenant)) throw denied('the Tenant header')
  if (query !== undefined && mayBeTenant.test(query) && namesOther(query.split(/[&;]/), tenant)) {
    throw denied('a tenant parameter of the query')
  }
  // Some Java servers count `/path;tenant=x` among the parameters of the request.
  if (path.includes(';') && namesOther(path.split(/[;/]/), tenant)) throw denied('a tenant parameter of the path')
}

function namesOtherInHeader(request: IncomingMessage, tenant: string): boolean {
  const { tenant: named } = request.headers // Repeated ones are joined.
  if (named === undefined || named === tenant) return false
  return (request.headersDistinct.tenant ?? []).some((value) => value !== '' && value !== tenant)
}

/** Plain, or hidden behind an escape. */
const mayBeTenant = /tenant|%/i

function namesOther(parameters: string[], tenant: string): boolean {
  return parameters.some((parameter) => {
    const [name = '', ...value] = parameter.split('=')
    return isTenantName(name) && decodeValue(value.join('=')) !== tenant
  })
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

/** What a server makes of the value: with the name all guesses count, here only the exact reading does. */
function decodeValue(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function denied(where: string): ProblemError {
  return new ProblemError(
    'policy_denied',
    `The request names another tenant in ${where} than the one that this sidecar is for; leave it out, or run a sidecar for that tenant.`,
  )
}
