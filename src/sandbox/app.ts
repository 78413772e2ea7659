import Fastify, { type FastifyInstance } from 'fastify'
import { apiOf } from './api.ts'
import { authorizationEndpoint } from './authorize.ts'
import { answerRequest } from './dispatcher.ts'
import { inventPeople } from './people.ts'
import { freshState, type SandboxOptions } from './state.ts'

export type { SandboxOptions } from './state.ts'

/**
 * The whole sandbox as a Fastify app, not yet listening: a look-alike of CATAPA with an invented company.
 *
 * Fastify listens, injects and closes. Its router and body parsers are passed by, because the echo must see what they
 * refuse: a lone `%`, `//`, methods of WebDAV, content types that are none.
 */
export function sandbox(options: SandboxOptions): FastifyInstance {
  const state = freshState(options)
  const people = inventPeople()
  const api = apiOf(state, people)
  const authorize = authorizationEndpoint(state, people)
  const app = Fastify({
    http: { maxHeaderSize: 256 * 1024 },
    forceCloseConnections: true,
    // Every target becomes one that Fastify takes; the real one stays in `originalUrl`.
    rewriteUrl: () => '/',
    // No route has a schema; Fastify would load compilers for them all the same.
    schemaController: { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } },
  })
  // Node drops headers over 2,000; an echo that leaves some out would be no echo.
  app.server.maxHeadersCount = 0
  app.addHook('onRequest', async (request, reply) => {
    reply.hijack()
    await answerRequest(request.raw, request.originalUrl, reply.raw, { state, api, authorize })
  })
  return app
}

function noSchema(): never {
  throw new Error('no route of the sandbox has a schema')
}
