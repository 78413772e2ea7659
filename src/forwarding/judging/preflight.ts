import { allowedOrigin } from '../../http/access-guard.ts'
import type { Call } from '../call.ts'

/** A browser's question whether a page of an allowed origin may call (design/promises 3.4). */
export function isPreflight({ request, context }: Call): boolean {
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false
  return allowedOrigin(request, context.config) !== undefined
}

/** Allows everything that a preflight asks for. CATAPA is not asked. */
export function answerPreflight({ request: { headers }, reply, id }: Call): void {
  const method = headers['access-control-request-method']
  reply.headers({ 'Access-Control-Allow-Methods': method, 'Access-Control-Max-Age': '600', 'X-Request-Id': id })
  const asked = headers['access-control-request-headers']
  if (asked !== undefined) reply.header('Access-Control-Allow-Headers', asked)
  if (headers['access-control-request-private-network'] !== undefined)
    reply.header('Access-Control-Allow-Private-Network', 'true')
  reply.code(204).send()
}
