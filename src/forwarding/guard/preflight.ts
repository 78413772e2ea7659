import type { FastifyReply, FastifyRequest } from 'fastify'
import { allowedOrigin, type GuardOptions } from './access-guard.ts'

/**
 * A browser's question whether a page of an allowed origin may call (design/promises 3.4): whatever it asks for, it
 * may. CATAPA is not asked.
 *
 * @returns whether it was one, and is answered
 */
export function answerPreflight({ raw, id }: FastifyRequest, reply: FastifyReply, options: GuardOptions): boolean {
  const { headers } = raw
  const method = headers['access-control-request-method']
  if (raw.method !== 'OPTIONS' || method === undefined || allowedOrigin(raw, options) === undefined) return false
  reply.headers({ 'Access-Control-Allow-Methods': method, 'Access-Control-Max-Age': '600', 'X-Request-Id': id })
  const asked = headers['access-control-request-headers']
  if (asked !== undefined) reply.header('Access-Control-Allow-Headers', asked)
  if (headers['access-control-request-private-network'] !== undefined)
    reply.header('Access-Control-Allow-Private-Network', 'true')
  reply.code(204).send()
  return true
}
