import type { IncomingMessage } from 'node:http'
import { ProblemError } from '../errors.ts'

/**
 * CATAPA reads the tenant also from a query parameter, so a caller could reach another tenant's data with it
 * (CATAPA.md). A caller that names another tenant is refused; bodies are not inspected.
 *
 * @throws ProblemError `policy_denied`, saying where the other tenant is named
 */
export function checkTenant({ headers }: IncomingMessage, query: string | undefined, tenant: string): void {
  const named: string | string[] | undefined = headers.tenant
  if (named !== undefined && named !== '' && named !== tenant) throw denied('the Tenant header')
  if (query === undefined || !mayNameTenant(query)) return
  for (const piece of query.split(/[&;]/)) {
    const equals = piece.indexOf('=')
    const name = equals === -1 ? piece : piece.slice(0, equals)
    if (!isTenantName(name)) continue
    const value = equals === -1 ? '' : decode(piece.slice(equals + 1))
    if (value !== tenant) throw denied('a tenant parameter of the query')
  }
}

function mayNameTenant(query: string): boolean {
  return query.includes('%') || /tenant/i.test(query)
}

/** `tenant`, in any case and encoding, also as the array forms `tenant[]` and `tenant[0]`. */
function isTenantName(name: string): boolean {
  return /^tenant(\[.*)?$/is.test(decode(name).replace(/[\x00-\x20\x7f]/g, ''))
}

/** Percent-decoding that no broken escape stops. */
function decode(text: string): string {
  return text
    .replace(/\+/g, ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function denied(where: string): ProblemError {
  return new ProblemError(
    'policy_denied',
    `The request names another tenant in ${where} than the one that this sidecar is for; leave it out, or run a sidecar for that tenant.`,
  )
}
