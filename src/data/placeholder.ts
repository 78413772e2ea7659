import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config/config.ts'
import { ProblemError } from '../errors.ts'

const answer = JSON.stringify({ access_token: 'catapa-sidecar', token_type: 'Bearer', expires_in: 3600 })

/**
 * Some programs insist on getting a token first, CATAPA's own Python SDK among them. Their token request never leaves:
 * the credentials in it are dropped, and the answer is a placeholder that the sidecar will replace (CONTRACT §3).
 */
export function placeholder({ baseUrl, tokenUrl, placeholderToken }: Config) {
  const path = tokenUrl.origin === baseUrl.origin ? decode(tokenUrl.pathname) : undefined
  const seen = new Set<string>()

  return {
    /** Whether this is a token request of a caller. @throws ProblemError `policy_denied` when they are switched off */
    concerns({ method, record }: FastifyRequest): boolean {
      if (method !== 'POST' || path === undefined || record.target === undefined || decode(record.target.path) !== path)
        return false
      if (placeholderToken) return true
      throw new ProblemError(
        'policy_denied',
        'The sidecar logs in for its callers; leave the token request out, or set SIDECAR_PLACEHOLDER_TOKEN=true.',
      )
    },

    answer(request: FastifyRequest, reply: FastifyReply): void {
      const caller = request.ip
      if (!seen.has(caller) && seen.size < 1000) {
        seen.add(caller)
        request.log.info(
          { caller },
          'a caller asks for a token by itself; it gets a placeholder, its credentials are not used',
        )
      }
      request.raw.resume()
      reply.headers({
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
        'X-Catapa-Sidecar-Placeholder': '1',
        'X-Request-Id': request.id,
      })
      reply.send(answer)
    },
  }
}

/** Percent-decoding that no broken escape stops. */
function decode(path: string): string {
  return path.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
