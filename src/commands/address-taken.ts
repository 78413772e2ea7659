import { ListenError } from '../network/listen.ts'
import { holderFor, inItsWords } from '../running/address-holder.ts'
import { freePortAfter } from '../running/free-port.ts'
import type { SidecarStatus } from '../running/sidecar-status.ts'
import type { Config } from '../settings/config.ts'
import type { ListenAddress } from '../settings/listen-address.ts'

/** An address that another program of this machine has. The message says which one, as far as it tells, and what to do. */
export class AddressTakenError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
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
  const { address } = error
  const holder = await holderFor(address, config)
  const port = await freePortAfter(address)
  const text = holder.sidecar
    ? ofSidecar(address, holder.said, port)
    : ofAnother(address, settingOf(address, config), port)
  throw new AddressTakenError(text, error)
}

/** The same for the sandbox. @throws AddressTakenError, or the error itself */
export async function namingSandbox(error: unknown): Promise<never> {
  if (!(error instanceof ListenError) || error.code !== 'EADDRINUSE') throw error
  const { address } = error
  throw new AddressTakenError(ofAnother(address, 'SANDBOX_LISTEN', await freePortAfter(address)), error)
}

type ListenSetting = 'SIDECAR_LISTEN' | 'SIDECAR_ADMIN_LISTEN' | 'SANDBOX_LISTEN'

/** Undefined for a listener of a single caller, which the callers file names. */
function settingOf(address: string, { listen, adminListen }: Config): ListenSetting | undefined {
  if (listen.some((one) => isOf(one, address))) return 'SIDECAR_LISTEN'
  return adminListen.some((one) => isOf(one, address)) ? 'SIDECAR_ADMIN_LISTEN' : undefined
}

function isOf(listen: ListenAddress, address: string): boolean {
  if (listen.kind === 'unix') return address === `unix:${listen.path}`
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? []
  return Number(port) === listen.port && (listen.kind === 'localhost' || listen.host === host)
}

const offsets: Record<ListenSetting, number> = { SIDECAR_LISTEN: 0, SIDECAR_ADMIN_LISTEN: 1, SANDBOX_LISTEN: 2 }

function ofAnother(address: string, setting: ListenSetting | undefined, port: number): string {
  const other =
    setting === undefined
      ? 'another address in the callers file'
      : `another address: ${setting}=localhost:${port + offsets[setting]}`
  return `${address} is taken by another program.
Stop that one (Linux: ss -ltnp, Windows: netstat -ano), or choose ${other}.`
}

function ofSidecar(address: string, said: SidecarStatus | undefined, port: number): string {
  const which = said === undefined ? '' : ` It says of itself: ${inItsWords(said)}.`
  const same = said?.same ? ' That is what this one is for too: perhaps it runs already.' : ''
  return `${address} is taken by another catapa-sidecar of this machine.${which}${same}
If that one is to stay, give this one addresses of its own, for example SIDECAR_LISTEN=localhost:${port} and
SIDECAR_ADMIN_LISTEN=localhost:${port + 1}. Else stop that one (Linux: ss -ltnp, Windows: netstat -ano).`
}
