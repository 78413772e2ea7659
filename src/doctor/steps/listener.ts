import { ListenError, tryToListen } from '../../network/listen.ts'
import { holderOf, inItsWords, takenByAnotherProgram } from '../../running/address-holder.ts'
import { freePortAfter, proposed } from '../../running/free-port.ts'
import { worksFor } from '../../running/sidecar-status.ts'
import { type ListenAddress, nameOf } from '../../settings/listen-address.ts'
import { each, failed, ok, type StepOutcome, type Subject } from '../step.ts'

type NamedListener = { address: ListenAddress; variable: 'SIDECAR_LISTEN' | 'SIDECAR_ADMIN_LISTEN' }

/** Whether the addresses are free, or taken by the sidecar of these settings. */
export function listener(subject: Subject): Promise<StepOutcome> {
  const { listen, adminListen } = subject.config
  const addresses: NamedListener[] = [
    ...listen.map((address) => ({ address, variable: 'SIDECAR_LISTEN' as const })),
    ...adminListen.map((address) => ({ address, variable: 'SIDECAR_ADMIN_LISTEN' as const })),
  ]
  return each(addresses, (named) => free(named, subject))
}

async function free({ address, variable }: NamedListener, subject: Subject): Promise<StepOutcome> {
  try {
    await tryToListen([address])
    if (address.kind !== 'unix' && address.port === 0) return ok('any free port')
    return ok(`${nameOf(address)} is free${await listensElsewhere(variable, subject)}`)
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    return error.code === 'EADDRINUSE' ? taken(error.address, variable, subject) : notPermitted(error, variable)
  }
}

/** A note if a sidecar for the same client listens elsewhere: it was started with other settings. */
async function listensElsewhere(variable: NamedListener['variable'], { running, config }: Subject): Promise<string> {
  const other = variable === 'SIDECAR_LISTEN' ? await running() : undefined
  if (other === undefined || !worksFor(other, config)) return ''
  const there = other.data.slice(0, 4).join(' ')
  return `. Note: the sidecar that runs for this tenant and client listens elsewhere (${there}): it was started with other settings`
}

async function taken(address: string, variable: NamedListener['variable'], subject: Subject): Promise<StepOutcome> {
  const running = await subject.running()
  const holder = await holderOf(address, running)
  if (!holder.sidecar) return occupied(takenByAnotherProgram(address), address, variable)
  const { said } = holder
  if (said && worksFor(said, subject.config)) return ok(`${address} is already ours: the running sidecar`)
  if (said !== undefined) {
    const which = `another tenant, client or CATAPA_BASE_URL; it says: ${inItsWords(said)}`
    return occupied(`${address} is taken by a catapa-sidecar with ${which}`, address, variable)
  }
  if (running !== undefined) {
    const detail = `${address} is taken by another catapa-sidecar than the one at SIDECAR_ADMIN_LISTEN`
    return occupied(detail, address, variable)
  }
  return ok(`${address} has a running catapa-sidecar; its settings cannot be compared, since it does not show them`)
}

async function occupied(detail: string, address: string, variable: NamedListener['variable']): Promise<StepOutcome> {
  const example = proposed(variable, await freePortAfter(address))
  return failed(
    'listener',
    detail,
    `Stop that one (to find it: ss -ltnp on Linux, netstat -ano on Windows), or choose another address, for example ${example}.`,
  )
}

function notPermitted({ address, code }: ListenError, variable: NamedListener['variable']): StepOutcome {
  const because =
    code === 'EACCES' || code === 'EPERM'
      ? 'is not permitted: ports below 1024 and folders of other users need rights'
      : `is not possible (${code})`
  return failed(
    'listener',
    `to listen on ${address} ${because}`,
    `Choose another address, for example ${proposed(variable, 8228)}.`,
  )
}
