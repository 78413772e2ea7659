import type { Config } from '../settings/config.ts'
import { localGet, reachableAt } from './local-request.ts'
import { type SidecarStatus, sidecarStatus } from './sidecar-status.ts'

/**
 * Who has a taken address, as far as its answers tell; any user of this machine could answer there. `said`: what it says of
 * itself, where the sidecar at SIDECAR_ADMIN_LISTEN says that the address is its own.
 */
export type Holder = { sidecar: false } | { sidecar: true; said: SidecarStatus | undefined }

/** `address` as ListenError has it: `127.0.0.1:8228`, `unix:/run/http.sock`. Nothing that is asked gets to CATAPA. */
export async function holderOf(address: string, running: SidecarStatus | undefined): Promise<Holder> {
  const url = address.startsWith('unix:') ? address : `http://${address}`
  if (running?.addresses.includes(url)) return { sidecar: true, said: running }
  const at = reachableAt(url)
  // Each listener of a sidecar judges Host first; with the Via, nothing would reach CATAPA even if it did not.
  const strange = { Host: 'doctor.invalid', Via: '1.1 catapa-sidecar' }
  const answer = at && (await localGet(at, '/', 2000, strange))
  return answer?.headers['x-catapa-sidecar-error'] === undefined
    ? { sidecar: false }
    : { sidecar: true, said: undefined }
}

/** The same where only the settings are known that the address comes from. */
export async function holderFor(address: string, config: Config): Promise<Holder> {
  return holderOf(address, await sidecarStatus(config))
}

/** Whose sidecar it is by its own words, which are quoted: they could be anybody's. */
export function inItsWords({ tenant, clientId }: SidecarStatus): string {
  const quoted = (text: string) => JSON.stringify(text.slice(0, 100))
  return `tenant ${quoted(tenant)}, client ${quoted(clientId)}`
}
