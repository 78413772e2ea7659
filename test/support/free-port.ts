import { createServer } from 'node:net'

const portsEach = 20
let nextPort = 10_000 + (process.pid % 1000) * portsEach

/**
 * A port that nobody listens on. One that the kernel gave could be given to another process before it is used, or to a connection:
 * so it is none of those, which begin at 32,768 on Linux and at 49,152 elsewhere, and each test process has its own.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}
