import type { Call } from '../call.ts'
import { allowedOrigin } from './access-guard.ts'

/**
 * A browser's question whether a page of an allowed origin may call (design/promises 3.4): whatever it asks for, it
 * may. CATAPA is not asked.
 *
 * @returns whether it was one, and is answered
 */
export function answerPreflight({ request, reply, id, context }: Call): boolean {
  const { headers } = request
  const method = headers['access-control-request-method']
  if (request.method !== 'OPTIONS' || method === undefined) return false
  if (allowedOrigin(request, context.config) === undefined) return false
  reply.headers({ 'Access-Control-Allow-Methods': method, 'Access-Control-Max-Age': '600', 'X-Request-Id': id })
  const asked = headers['access-control-request-headers']
  if (asked !== undefined) reply.header('Access-Control-Allow-Headers', asked)
  if (headers['access-control-request-private-network'] !== undefined)
    reply.header('Access-Control-Allow-Private-Network', 'true')
  reply.code(204).send()
  return true
}
