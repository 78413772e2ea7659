import { createServer } from 'node:http'
import { listenOnAll } from '../network/listen.ts'
import { sandbox } from '../sandbox/app.ts'
import type { SandboxConfig } from '../settings/config.ts'

export type StartedSandbox = { addresses: readonly string[]; stop(): Promise<void> }

/** Starts the sandbox on its address, which is checked as carefully as the sidecar's own. @throws ListenError */
export async function startSandbox(config: SandboxConfig): Promise<StartedSandbox> {
  const app = sandbox(config)
  await app.ready()
  const { addresses, servers } = await listenOnAll([config.listen], () => {
    const server = createServer({ maxHeaderSize: 256 * 1024 }, app.routing)
    server.maxHeadersCount = 0 // The echo must leave nothing out.
    return server
  })
  return {
    addresses,
    async stop() {
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
      await app.close()
    },
  }
}
