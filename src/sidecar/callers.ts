import type { Server } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import type { CallersFile, CallersInUse } from '../callers/caller.ts'
import { followCallers } from '../callers/file/follow-callers.ts'
import type { LineProblem } from '../callers/file/parse-callers.ts'
import type { Config } from '../settings/config.ts'
import type { ListenAddress } from '../settings/listen-address.ts'
import { callerListeners } from './caller-listeners.ts'

/** The callers file in use, and the listeners of single callers. */
export type Callers = Awaited<ReturnType<typeof startCallers>>

type Parts = {
  config: Config
  newServer: (address: ListenAddress) => Server
  log: FastifyBaseLogger
  /** Called with each new file that is in use. */
  changed: (file: CallersFile) => void | Promise<void>
}

/**
 * Opens the listeners of single callers, and follows the file if `config.callersFile` names one.
 *
 * @throws ListenError
 */
export async function startCallers(file: CallersFile, { config, newServer, log, changed }: Parts) {
  const listeners = callerListeners(newServer)
  const notOpened = await listeners.useFile(file)
  if (notOpened !== undefined) throw notOpened.error
  const since = Date.now()
  let stopped = false

  async function apply(next: CallersFile): Promise<LineProblem | undefined> {
    if (stopped) return undefined
    const notOpened = await listeners.useFile(next)
    if (notOpened !== undefined) return { line: notOpened.line, problem: notOpened.error.message }
    await changed(next)
    return undefined
  }

  const followed = config.callersFile === undefined ? undefined : followCallers({ config, current: file, apply, log })
  return {
    inUse: followed?.inUse ?? ((): CallersInUse => ({ file, since, problems: [] })),
    servers: listeners.servers,
    /** Addresses of the listeners of single callers. */
    addresses: listeners.addresses,
    stop(): void {
      stopped = true
      followed?.stop()
    },
  }
}
