import { ListenError } from '../network/listen.ts'
import { holderOf, inItsWords, takenByAnotherProgram } from '../running/address-holder.ts'
import { freePortAfter, type ListenSetting, proposed } from '../running/free-port.ts'
import { type SidecarStatus, sidecarStatus, worksFor } from '../running/sidecar-status.ts'
import type { Config } from '../settings/config.ts'
import { type ListenAddress, overlap, parseListenAddress } from '../settings/listen-address.ts'

/** An address is taken by another program. The message names that program, as far as its answers tell, and the remedy. */
export class AddressTakenError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'AddressTakenError'
  }
}

/**
 * Throws the error of a start on. If an address is taken, its holder is looked up first, for some seconds at most
 * (design/promises 11.8).
 *
 * @throws AddressTakenError, or the error itself
 */
export async function rethrowWithHolder(error: unknown, config: Config): Promise<never> {
  if (!(error instanceof ListenError) || error.code !== 'EADDRINUSE') throw error
  const { address } = error
  const holder = await holderOf(address, await sidecarStatus(config.adminListen))
  const port = await freePortAfter(address)
  const text = holder.sidecar
    ? ofSidecar(address, holder.said, config, port)
    : ofAnother(address, settingOf(address, config), port)
  throw new AddressTakenError(text, error)
}

/** As `rethrowWithHolder`, for the sandbox. @throws AddressTakenError, or the error itself */
export async function rethrowForSandbox(error: unknown): Promise<never> {
  if (!(error instanceof ListenError) || error.code !== 'EADDRINUSE') throw error
  const { address } = error
  throw new AddressTakenError(ofAnother(address, 'SANDBOX_LISTEN', await freePortAfter(address)), error)
}

/** Undefined for a listener of a single caller, which the callers file names. */
function settingOf(address: string, { listen, adminListen }: Config): ListenSetting | undefined {
  const taken = parseListenAddress(address)
  if ('flaw' in taken) return undefined
  const isTaken = (own: ListenAddress) => overlap(own, taken)
  if (listen.some(isTaken)) return 'SIDECAR_LISTEN'
  return adminListen.some(isTaken) ? 'SIDECAR_ADMIN_LISTEN' : undefined
}

function ofAnother(address: string, setting: ListenSetting | undefined, port: number): string {
  const other = setting === undefined ? ' in the callers file' : `: ${proposed(setting, port)}`
  return `${takenByAnotherProgram(address)}.
Stop that one (Linux: ss -ltnp, Windows: netstat -ano), or choose another address${other}.`
}

function ofSidecar(address: string, said: SidecarStatus | undefined, config: Config, port: number): string {
  const which = said && ` It says of itself: ${inItsWords(said)}.`
  const same =
    said && worksFor(said, config) ? ' This one has the same tenant and client: perhaps it is running already.' : ''
  return `${address} is taken by another catapa-sidecar of this machine.${which ?? ''}${same}
To keep both, give this one addresses of its own, for example ${proposed('SIDECAR_LISTEN', port)} and
${proposed('SIDECAR_ADMIN_LISTEN', port)}. Otherwise stop that one (Linux: ss -ltnp, Windows: netstat -ano).`
}
