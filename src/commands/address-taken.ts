import { ListenError } from '../network/listen.ts'
import { holderOf, inItsWords, takenByAnotherProgram } from '../running/address-holder.ts'
import { freePortAfter, type ListenSetting, proposed } from '../running/free-port.ts'
import { type SidecarStatus, sidecarStatus, worksFor } from '../running/sidecar-status.ts'
import type { Config } from '../settings/config.ts'
import { type ListenAddress, overlap, parseListenAddress } from '../settings/listen-address.ts'
import { addressTakenWords } from './address-taken-words.ts'

/**
 * An address is taken by another program. The message names that program, as far as its answers tell, and the remedy; `say` does so
 * in the language of the moment, since a sidecar that starts is in English, and the terminal need not be.
 */
export class AddressTakenError extends Error {
  readonly say: () => string

  constructor(say: () => string, cause: unknown) {
    super(say(), { cause })
    this.name = 'AddressTakenError'
    this.say = say
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
  const say = () =>
    holder.sidecar
      ? ofSidecar(address, holder.said, config, port)
      : ofAnother(address, settingOf(address, config), port)
  throw new AddressTakenError(say, error)
}

/** As `rethrowWithHolder`, for the sandbox. @throws AddressTakenError, or the error itself */
export async function rethrowForSandbox(error: unknown): Promise<never> {
  if (!(error instanceof ListenError) || error.code !== 'EADDRINUSE') throw error
  const { address } = error
  const port = await freePortAfter(address)
  throw new AddressTakenError(() => ofAnother(address, 'SANDBOX_LISTEN', port), error)
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
  const proposal = setting && proposed(setting, port)
  return addressTakenWords().byAnother(takenByAnotherProgram(address), proposal)
}

function ofSidecar(address: string, said: SidecarStatus | undefined, config: Config, port: number): string {
  const same = said !== undefined && worksFor(said, config)
  const own = [proposed('SIDECAR_LISTEN', port), proposed('SIDECAR_ADMIN_LISTEN', port)] as const
  return addressTakenWords().bySidecar(address, said && inItsWords(said), same, own)
}
