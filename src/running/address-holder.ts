import { addressHolderWords } from './address-holder-words.ts'
import { dialOfSaid } from './dial.ts'
import { localGet } from './local-request.ts'
import type { SidecarStatus } from './sidecar-status.ts'

/**
 * The holder of a taken address, as far as its answers tell; any user of this machine could answer there. `said`: the status of
 * the sidecar at SIDECAR_ADMIN_LISTEN, if that sidecar says that the address is its own.
 */
export type AddressHolder = { sidecar: false } | { sidecar: true; said: SidecarStatus | undefined }

/** Asks at `address`, in the form of ListenError: `127.0.0.1:8228`, `unix:/run/http.sock`. No question reaches CATAPA. */
export async function holderOf(address: string, running: SidecarStatus | undefined): Promise<AddressHolder> {
  if (running?.addresses.some((own) => own === address || own.replace(/^https?:\/\//, '') === address)) {
    return { sidecar: true, said: running }
  }
  const dial = dialOfSaid(address)
  // Each listener of a sidecar checks Host first, and refuses this one; the Via would be refused too.
  const strange = { Host: 'doctor.invalid', Via: '1.1 catapa-sidecar' }
  const answer = dial && (await localGet(dial, '/', 2000, strange))
  return answer?.headers['x-catapa-sidecar-error'] === undefined
    ? { sidecar: false }
    : { sidecar: true, said: undefined }
}

export function takenByAnotherProgram(address: string): string {
  return addressHolderWords().taken(address)
}

/** Tenant and client by the sidecar's own words, which are quoted: another program could answer there. */
export function inItsWords({ tenant, clientId }: SidecarStatus): string {
  const quoted = (text: string) => JSON.stringify(text.slice(0, 100))
  return addressHolderWords().itsClient(quoted(tenant), quoted(clientId))
}
