// What one writes first: Fastify, @fastify/http-proxy, their defaults, the logger on. Arguments: port, upstream, tenant,
// authorization.
import httpProxy from '@fastify/http-proxy'
import Fastify from 'fastify'

const [port, upstream = '', Tenant = '', Authorization = ''] = process.argv.slice(2)

const app = Fastify({ logger: true })
await app.register(httpProxy, {
  upstream,
  replyOptions: { rewriteRequestHeaders: (_request, headers) => ({ ...headers, Tenant, Authorization }) },
})
await app.listen({ port: Number(port), host: '127.0.0.1' })

process.once('SIGTERM', () => process.exit()) // As --profile needs it.
