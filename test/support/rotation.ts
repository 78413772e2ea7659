// For tests of what is read anew while a sidecar runs.
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import { listenOnFreePort, runCli } from './sidecar.ts'

/** A CATAPA that knows several clients, as it does while a secret is being rotated. */
export async function authority(t: TestContext) {
  const state = {
    clients: new Set<string>(),
    tokens: new Map<string, string>(),
    asked: [] as string[],
    used: [] as string[],
  }
  const server = createServer((request, response) => {
    const [, given = ''] = (request.headers.authorization ?? '').split(' ')
    if (request.url === '/oauth/token') {
      const client = `${request.headers.tenant}/${Buffer.from(given, 'base64')}`
      state.asked.push(client)
      if (!state.clients.has(client)) return response.writeHead(401).end('{"error":"invalid_client"}')
      const token = `rotating-token-${state.tokens.size + 1}`
      state.tokens.set(token, client)
      return response.end(JSON.stringify({ access_token: token, expires_in: 3600 }))
    }
    const client = state.tokens.get(given)
    if (client === undefined || !state.clients.has(client) || !client.startsWith(`${request.headers.tenant}/`)) {
      return response.writeHead(401).end()
    }
    state.used.push(client)
    return response.end('{}')
  })
  const port = await listenOnFreePort(t, server)
  return { ...state, url: `http://127.0.0.1:${port}` }
}

export async function started(t: TestContext, baseUrl: string, settings: Record<string, string>, ...args: string[]) {
  const command = runCli(t, ['start', ...args], {
    CATAPA_BASE_URL: baseUrl,
    SIDECAR_LISTEN: 'localhost:0',
    SIDECAR_ADMIN_LISTEN: 'off',
    ...settings,
  })
  const url = /"address":"(http:\/\/127[^"]+)"/.exec(await command.until(/"address":"http:\/\/127[^"]+"/))?.[1] ?? ''
  return { command, url }
}

export async function status(url: string): Promise<number> {
  const response = await fetch(`${url}/v1/users/me`)
  await response.arrayBuffer()
  return response.status
}
