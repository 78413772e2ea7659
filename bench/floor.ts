// The least that a proxy on Node can do: node:http in, undici's dispatch out, no duties. Arguments as for bare.ts.
import { createServer } from 'node:http'
import { Pool } from 'undici'

const [port, upstream, added] = process.argv.slice(2)
const admission = Object.entries(JSON.parse(added)).flat()
const pool = new Pool(upstream, { connections: 64 })

const server = createServer((request, response) => {
  const headers = []
  let hasBody = false
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i].toLowerCase()
    if (name === 'content-length' || name === 'transfer-encoding') hasBody = true
    if (name === 'host' || name === 'connection' || name === 'transfer-encoding') continue
    headers.push(name, request.rawHeaders[i + 1])
  }
  headers.push(...admission)
  pool.dispatch(
    { method: request.method, path: request.url, headers, body: hasBody ? request : null },
    {
      onConnect: (abort) => response.once('close', () => response.writableFinished || abort()),
      onHeaders(status, raw, resume) {
        const returned = []
        for (let i = 0; i < raw.length; i += 2) {
          const name = raw[i].toString('latin1')
          if (name.toLowerCase() !== 'connection') returned.push(name, raw[i + 1].toString('latin1'))
        }
        response.writeHead(status, returned)
        response.on('drain', resume)
        return true
      },
      onData: (chunk) => response.write(chunk),
      onComplete: () => response.end(),
      onError: () => response.destroy(),
    },
  )
})
server.keepAliveTimeout = 72_000 // As Fastify's.
server.listen(Number(port), '127.0.0.1')

process.once('SIGTERM', () => process.exit()) // As --profile needs it.
