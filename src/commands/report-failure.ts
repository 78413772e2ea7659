import type { TrailTakenError } from '../audit/writing/trail-disk.ts'
import type { ListenError } from '../network/listen.ts'
import { exitStatus } from '../problems/exit-status.ts'
import type { ConfigError } from '../settings/config-error.ts'
import type { AddressTakenError } from './address-taken.ts'
import { mayClose } from './complain.ts'

/** Says on standard error why a command could not run, and what to do. @returns the exit status */
export function reportFailure(error: unknown): number {
  if (isNamed<ConfigError>(error, 'ConfigError')) return say(configurationText(error), exitStatus.configuration)
  if (isNamed<ListenError>(error, 'ListenError')) return say(listenText(error), exitStatus.listener)
  if (isNamed<AddressTakenError>(error, 'AddressTakenError'))
    return say(`catapa-sidecar: ${error.message}`, exitStatus.listener)
  if (isNamed<TrailTakenError>(error, 'TrailTakenError')) return say(takenText(error), exitStatus.listener)
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return say(`catapa-sidecar: internal error; please report it:\n${what}`, exitStatus.internal)
}

/** By name: nothing that a command loads has to be loaded for it. */
function isNamed<Named extends Error>(error: unknown, name: string): error is Named {
  return error instanceof Error && error.name === name
}

function say(text: string, status: number): number {
  mayClose(process.stderr).write(`${text}\n`)
  return status
}

function configurationText({ problems }: ConfigError): string {
  const lines = problems.map(({ name, problem }) => `  ${name}: ${problem}`)
  const text = `catapa-sidecar cannot start with this configuration:\n${lines.join('\n')}\n`
  if (!problems.some(({ kind }) => kind === 'missing')) return text
  return `${text}
A client id and secret come from CATAPA: Setup > OAuth 2.0 Clients > Add, grant type "client credentials".
Put them into a file like config.example.env and run: catapa-sidecar start --config FILE
To try the sidecar without credentials: catapa-sidecar demo`
}

function listenText({ address, code }: ListenError): string {
  if (code === 'EACCES' || code === 'EPERM') {
    return `catapa-sidecar: listening on ${address} is not permitted.
Ports below 1024 and other users' folders need rights; choose another address, for example SIDECAR_LISTEN=localhost:8228.`
  }
  return `catapa-sidecar: cannot listen on ${address} (${code}).
Choose an address of this machine, for example SIDECAR_LISTEN=localhost:8228.`
}

function takenText({ folder }: TrailTakenError): string {
  return `catapa-sidecar: another process writes the audit trail in ${folder}, perhaps another sidecar.
Stop that one, or give this one a SIDECAR_AUDIT_DIR of its own: a trail has one writer.`
}
