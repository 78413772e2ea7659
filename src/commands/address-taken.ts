import { holderFor, inItsWords } from '../doctor/address-holder.ts'
import type { SidecarStatus } from '../doctor/sidecar-status.ts'
import { ListenError } from '../network/listen.ts'
import type { Config } from '../settings/config.ts'

/** An address that another sidecar of this machine has. The message says which one, as far as it tells, and what to do. */
export class AddressTakenError extends Error {
  constructor(address: string, said: SidecarStatus | undefined, cause: unknown) {
    super(inWords(address, said), { cause })
    this.name = 'AddressTakenError'
  }
}

/**
 * Throws on what a start threw; where an address is taken, after a look at who has it, some seconds at most
 * (design/promises 11.8).
 *
 * @throws AddressTakenError, or the error itself
 */
export async function namingHolder(error: unknown, config: Config): Promise<never> {
  if (!(error instanceof ListenError) || error.code !== 'EADDRINUSE') throw error
  const holder = await holderFor(error.address, config)
  throw holder.sidecar ? new AddressTakenError(error.address, holder.said, error) : error
}

function inWords(address: string, said: SidecarStatus | undefined): string {
  const port = nextPort(address)
  const which = said === undefined ? '' : ` It says of itself: ${inItsWords(said)}.`
  const same = said?.same ? ' That is what this one is for too: perhaps it runs already.' : ''
  return `${address} is taken by another catapa-sidecar of this machine.${which}${same}
If that one is to stay, give this one addresses of its own, for example SIDECAR_LISTEN=localhost:${port} and
SIDECAR_ADMIN_LISTEN=localhost:${port + 1}. Else stop that one (Linux: ss -ltnp, Windows: netstat -ano).`
}

/** As docs/several-tenants.md numbers them: 8328 where 8228 or 8229 is taken. */
function nextPort(address: string): number {
  const next = Math.floor(Number(/:(\d+)$/.exec(address)?.[1] ?? 8228) / 100) * 100 + 128
  return next > 1023 && next < 65_535 ? next : 8328
}
