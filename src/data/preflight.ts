import type { FastifyReply, FastifyRequest } from 'fastify'
import { allowedOrigin, type GuardOptions } from './access-guard.ts'
import { corsHeaders } from './headers.ts'

/**
 * A browser's question whether a page of an allowed origin may call (CONTRACT §3): whatever it asks for, it may. CATAPA
 * is not asked.
 *
 * @returns whether it was one, and is answered
 */
export function answerPreflight({ raw, id }: FastifyRequest, reply: FastifyReply, options: GuardOptions): boolean {
  const { headers } = raw
  const origin = allowedOrigin(raw, options)
  const method = headers['access-control-request-method']
  if (raw.method !== 'OPTIONS' || origin === undefined || method === undefined) return false
  for (const [name, value] of corsHeaders(origin)) reply.header(name, value)
  reply.headers({ 'Access-Control-Allow-Methods': method, 'Access-Control-Max-Age': '600', 'X-Request-Id': id })
  const asked = headers['access-control-request-headers']
  if (asked !== undefined) reply.header('Access-Control-Allow-Headers', asked)
  if (headers['access-control-request-private-network'] !== undefined)
    reply.header('Access-Control-Allow-Private-Network', 'true')
  reply.code(204).send()
  return true
}
