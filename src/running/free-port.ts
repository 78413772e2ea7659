import { tryToListen } from '../network/listen.ts'

/** The addresses of a sidecar and sandbox, in the order of their port numbers (docs/several-tenants.md). */
const inOrder = ['SIDECAR_LISTEN', 'SIDECAR_ADMIN_LISTEN', 'SANDBOX_LISTEN'] as const
const instances = 20

export type ListenSetting = (typeof inOrder)[number]

/** A setting such as `SIDECAR_ADMIN_LISTEN=localhost:8329`, if `firstPort` is 8328. */
export function proposed(setting: ListenSetting, firstPort: number): string {
  return `${setting}=localhost:${firstPort + inOrder.indexOf(setting)}`
}

/**
 * A port to propose if an address is taken: 8328 for 8228, 8229 or 8230, or a later hundred; this port and the two after it
 * are free here.
 */
export async function freePortAfter(address: string): Promise<number> {
  const first = nextPort(address)
  for (let port = first; port < first + instances * 100 && port + inOrder.length <= 65_535; port += 100) {
    if (await areFree(port)) return port
  }
  return first
}

function nextPort(address: string): number {
  const next = Math.floor(Number(/:(\d+)$/.exec(address)?.[1] ?? 8228) / 100) * 100 + 128
  return next > 1023 && next + inOrder.length <= 65_535 ? next : 8328
}

async function areFree(firstPort: number): Promise<boolean> {
  try {
    await tryToListen(inOrder.map((_, index) => ({ kind: 'localhost', port: firstPort + index })))
    return true
  } catch {
    return false
  }
}
