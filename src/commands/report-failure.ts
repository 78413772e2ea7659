import type { TrailTakenError } from '../audit/writing/trail-disk.ts'
import type { ListenError } from '../network/listen.ts'
import { exitStatus } from '../problems/exit-status.ts'
import type { ConfigError } from '../settings/config-error.ts'
import type { AddressTakenError } from './address-taken.ts'
import { commandFailureWords } from './command-failure-words.ts'
import { mayClose } from './complain.ts'

/** Says on standard error why a command could not run, and what to do. @returns the exit status */
export function reportFailure(error: unknown): number {
  if (isNamed<ConfigError>(error, 'ConfigError')) return say(configurationText(error), exitStatus.configuration)
  if (isNamed<ListenError>(error, 'ListenError')) return say(listenText(error), exitStatus.listener)
  if (isNamed<AddressTakenError>(error, 'AddressTakenError'))
    return say(`catapa-sidecar: ${error.say()}`, exitStatus.listener)
  if (isNamed<TrailTakenError>(error, 'TrailTakenError'))
    return say(commandFailureWords().trailTaken(error.folder), exitStatus.listener)
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return say(commandFailureWords().internal(what), exitStatus.internal)
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
  const text = commandFailureWords().configuration(lines.join('\n'))
  return problems.some(({ kind }) => kind === 'missing') ? `${text}${commandFailureWords().credentials}` : text
}

function listenText({ address, code }: ListenError): string {
  const { notPermitted, notListening } = commandFailureWords()
  return code === 'EACCES' || code === 'EPERM' ? notPermitted(address) : notListening(address, code)
}
