import { createServer } from 'node:http'
import { listenOnAll } from '../network/listen.ts'

/** The next instance that docs/several-tenants.md would number: data listener, admin listener, sandbox. */
const ofOne = 3
const instances = 20

/**
 * A port to propose where an address is taken: 8328 in place of 8228, 8229 or 8230, or a later hundred, so that it is free
 * here together with the two after it.
 */
export async function freePortAfter(address: string): Promise<number> {
  const first = nextPort(address)
  for (let port = first; port < first + instances * 100 && port + ofOne <= 65_535; port += 100) {
    if (await areFree(port)) return port
  }
  return first
}

function nextPort(address: string): number {
  const next = Math.floor(Number(/:(\d+)$/.exec(address)?.[1] ?? 8228) / 100) * 100 + 128
  return next > 1023 && next + ofOne <= 65_535 ? next : 8328
}

/** Listens for a moment. */
async function areFree(port: number): Promise<boolean> {
  try {
    const wanted = Array.from({ length: ofOne }, (_, index) => ({ kind: 'localhost' as const, port: port + index }))
    const { servers } = await listenOnAll(wanted, () => createServer())
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
    return true
  } catch {
    return false
  }
}
