// The least that a proxy on Node can do: node:http in, undici's dispatch out, no duties. Arguments as for bare.ts.
import { createServer } from 'node:http'
import { Pool } from 'undici'

const [port, upstream = '', tenant = '', authorization = ''] = process.argv.slice(2)
const pool = new Pool(upstream, { connections: 64 })

const server = createServer((request, response) => {
  const { method = '', url = '', rawHeaders } = request
  const headers: string[] = []
  let hasBody = false
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? ''
    if (name === 'content-length' || name === 'transfer-encoding') hasBody = true
    if (name === 'host' || name === 'connection' || name === 'transfer-encoding') continue
    headers.push(name, rawHeaders[i + 1] ?? '')
  }
  headers.push('Tenant', tenant, 'Authorization', authorization)
  pool.dispatch(
    { method, path: url, headers, body: hasBody ? request : null },
    {
      onConnect(abort) {
        response.once('close', () => {
          if (!response.writableFinished) abort()
        })
      },
      onHeaders(status, raw, resume) {
        const returned: string[] = []
        for (let i = 0; i < raw.length; i += 2) {
          const name = raw[i]?.toString('latin1') ?? ''
          if (name.toLowerCase() !== 'connection') returned.push(name, raw[i + 1]?.toString('latin1') ?? '')
        }
        response.writeHead(status, returned)
        response.on('drain', resume)
        return true
      },
      onData: (chunk) => response.write(chunk),
      onComplete: () => void response.end(),
      onError: () => void response.destroy(),
    },
  )
})
server.keepAliveTimeout = 72_000 // As Fastify's.
server.listen(Number(port), '127.0.0.1')

process.once('SIGTERM', () => process.exit()) // As --profile needs it.
