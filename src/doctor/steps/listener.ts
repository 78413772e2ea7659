import { ListenError, tryToListen } from '../../network/listen.ts'
import { holderOf, inItsWords, takenByAnotherProgram } from '../../running/address-holder.ts'
import { freePortAfter, proposed } from '../../running/free-port.ts'
import { worksFor } from '../../running/sidecar-status.ts'
import { type ListenAddress, nameOf } from '../../settings/listen-address.ts'
import { each, failed, ok, type StepOutcome, type Subject } from '../step.ts'
import { listenerStepWords } from '../words/listener-step-words.ts'

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
    if (address.kind !== 'unix' && address.port === 0) return ok(listenerStepWords().anyPort)
    return ok(await freeAt(nameOf(address), variable, subject))
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    return error.code === 'EADDRINUSE' ? taken(error.address, variable, subject) : notPermitted(error, variable)
  }
}

/** With a note if a sidecar for the same client listens elsewhere: it was started with other settings. */
async function freeAt(
  address: string,
  variable: NamedListener['variable'],
  { running, config }: Subject,
): Promise<string> {
  const other = variable === 'SIDECAR_LISTEN' ? await running() : undefined
  if (other === undefined || !worksFor(other, config)) return listenerStepWords().free(address)
  return listenerStepWords().freeButElsewhere(address, other.data.slice(0, 4).join(' '))
}

async function taken(address: string, variable: NamedListener['variable'], subject: Subject): Promise<StepOutcome> {
  const running = await subject.running()
  const holder = await holderOf(address, running)
  if (!holder.sidecar) return occupied(takenByAnotherProgram(address), address, variable)
  const { said } = holder
  const say = listenerStepWords()
  if (said && worksFor(said, subject.config)) return ok(say.ours(address))
  if (said !== undefined) return occupied(say.ofOtherClient(address, inItsWords(said)), address, variable)
  if (running !== undefined) return occupied(say.ofOtherSidecar(address), address, variable)
  return ok(say.notComparable(address))
}

async function occupied(detail: string, address: string, variable: NamedListener['variable']): Promise<StepOutcome> {
  const example = proposed(variable, await freePortAfter(address))
  return failed('listener', detail, listenerStepWords().stop(example))
}

function notPermitted({ address, code }: ListenError, variable: NamedListener['variable']): StepOutcome {
  const say = listenerStepWords()
  const happened = code === 'EACCES' || code === 'EPERM' ? say.notPermitted(address) : say.notPossible(address, code)
  return failed('listener', happened, say.chooseOther(proposed(variable, 8228)))
}
