import { dialOfSaid } from './dial.ts'
import { localGet } from './local-request.ts'
import type { SidecarStatus } from './sidecar-status.ts'

/**
 * Who has a taken address, as far as its answers tell; any user of this machine could answer there. `said`: what it says of
 * itself, where the sidecar at SIDECAR_ADMIN_LISTEN says that the address is its own.
 */
export type AddressHolder = { sidecar: false } | { sidecar: true; said: SidecarStatus | undefined }

/** `address` as ListenError has it: `127.0.0.1:8228`, `unix:/run/http.sock`. Nothing that is asked gets to CATAPA. */
export async function holderOf(address: string, running: SidecarStatus | undefined): Promise<AddressHolder> {
  if (running?.addresses.some((own) => own === address || own === `http://${address}`)) {
    return { sidecar: true, said: running }
  }
  const dial = dialOfSaid(address)
  // Each listener of a sidecar judges Host first; with the Via, nothing would reach CATAPA even if it did not.
  const strange = { Host: 'doctor.invalid', Via: '1.1 catapa-sidecar' }
  const answer = dial && (await localGet(dial, '/', 2000, strange))
  return answer?.headers['x-catapa-sidecar-error'] === undefined
    ? { sidecar: false }
    : { sidecar: true, said: undefined }
}

export function takenByAnotherProgram(address: string): string {
  return `${address} is taken by another program`
}

/** Whose sidecar it is by its own words, which are quoted: they could be anybody's. */
export function inItsWords({ tenant, clientId }: SidecarStatus): string {
  const quoted = (text: string) => JSON.stringify(text.slice(0, 100))
  return `tenant ${quoted(tenant)}, client ${quoted(clientId)}`
}
