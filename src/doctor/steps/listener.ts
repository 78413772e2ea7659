import { accessSync, constants, lstatSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import { answers, ListenError, listenOnAll } from '../../network/listen.ts'
import { holderOf, inItsWords } from '../../running/address-holder.ts'
import { freePortAfter } from '../../running/free-port.ts'
import type { ListenAddress } from '../../settings/listen-address.ts'
import { each, failed, type Outcome, ok, type Subject } from '../step.ts'

type Named = { address: ListenAddress; variable: 'SIDECAR_LISTEN' | 'SIDECAR_ADMIN_LISTEN' }

/** Whether the addresses are free, or taken by this very sidecar. */
export function listener(subject: Subject): Promise<Outcome> {
  const { listen, adminListen } = subject.config
  const addresses: Named[] = [
    ...listen.map((address) => ({ address, variable: 'SIDECAR_LISTEN' as const })),
    ...adminListen.map((address) => ({ address, variable: 'SIDECAR_ADMIN_LISTEN' as const })),
  ]
  return each(addresses, (named) => free(named, subject))
}

async function free({ address, variable }: Named, subject: Subject): Promise<Outcome> {
  try {
    await tryToListen(address)
    if (address.kind !== 'unix' && address.port === 0) return ok('any free port')
    return ok(`${nameOf(address)} is free${await elsewhere(variable, subject)}`)
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    return error.code === 'EADDRINUSE' ? taken(error.address, variable, subject) : notPermitted(error, variable)
  }
}

/** Listens for a moment. A socket file is only looked at: to make one could take the place of another's. */
async function tryToListen(address: ListenAddress): Promise<void> {
  if (address.kind === 'unix') return lookAtFile(address.path)
  const { servers } = await listenOnAll([address], () => createServer())
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
}

async function lookAtFile(path: string): Promise<void> {
  const name = `unix:${path}`
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found !== undefined && (!found.isSocket() || (await answers(path)))) throw new ListenError(name, 'EADDRINUSE')
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new ListenError(name, error instanceof Error ? String(Reflect.get(error, 'code')) : 'unknown', error)
  }
}

/** Where doctor has other settings than the sidecar that runs for the same client. */
async function elsewhere(variable: Named['variable'], subject: Subject): Promise<string> {
  const running = variable === 'SIDECAR_LISTEN' ? await subject.running() : undefined
  if (running?.same !== true) return ''
  const there = running.data.slice(0, 4).join(' ')
  return `. Note: the sidecar that runs for this tenant and client listens elsewhere (${there}): it was started with other settings`
}

async function taken(address: string, variable: Named['variable'], subject: Subject): Promise<Outcome> {
  const running = await subject.running()
  const holder = await holderOf(address, running)
  if (!holder.sidecar) return occupied(address, variable, 'by another program')
  const { said } = holder
  if (said?.same) return ok(`${address} is already ours: the running sidecar`)
  if (said !== undefined) {
    const which = `by a catapa-sidecar with another tenant, client or CATAPA_BASE_URL; it says: ${inItsWords(said)}`
    return occupied(address, variable, which)
  }
  if (running !== undefined)
    return occupied(address, variable, 'by another catapa-sidecar than the one at SIDECAR_ADMIN_LISTEN')
  return ok(`${address} has a running catapa-sidecar; its settings cannot be compared, since it does not show them`)
}

async function occupied(address: string, variable: Named['variable'], by: string): Promise<Outcome> {
  const port = await freePortAfter(address)
  const example = `localhost:${variable === 'SIDECAR_LISTEN' ? port : port + 1}`
  return failed(
    'listener',
    `${address} is taken ${by}`,
    `Stop that one (it is found with ss -ltnp on Linux, netstat -ano on Windows), or choose another address, for example ${variable}=${example}.`,
  )
}

function notPermitted({ address, code }: ListenError, variable: Named['variable']): Outcome {
  const example = variable === 'SIDECAR_LISTEN' ? 'localhost:8228' : 'localhost:8229'
  const because =
    code === 'EACCES' || code === 'EPERM'
      ? 'is not permitted: ports below 1024 and folders of other users need rights'
      : `is not possible (${code})`
  return failed(
    'listener',
    `to listen on ${address} ${because}`,
    `Choose another address, for example ${variable}=${example}.`,
  )
}

function nameOf(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix:${address.path}`
  if (address.kind === 'localhost') return `localhost:${address.port}`
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
}
