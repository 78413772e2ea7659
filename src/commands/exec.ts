import { constants } from 'node:os'
import type { Logger } from 'pino'
import { withoutListeners } from '../callers/caller.ts'
import { logCallers } from '../callers/file/log-callers.ts'
import { createLogger } from '../log/logger.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { inWords } from '../problems/explain.ts'
import type { Config } from '../settings/config.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { followed } from '../settings/followed-files.ts'
import { openSecretFiles } from '../settings/open-secrets.ts'
import type { SidecarSettings } from '../settings/read-config.ts'
import { readConfiguration } from '../sidecar/read-configuration.ts'
import { type Sidecar, startSidecar } from '../sidecar/sidecar.ts'
import { rethrowWithHolder } from './address-taken.ts'
import type { CommandOptions } from './command.ts'
import { childEnvironment } from './exec/child-environment.ts'
import { firstToken } from './exec/first-token.ts'
import { privateSocket } from './exec/private-socket.ts'
import { type Child, runChild } from './exec/run-child.ts'
import { reachedChildToo, routeSignals } from './exec/signals.ts'
import { timeoutFlaw, timeoutSeconds } from './timeout-option.ts'

/**
 * Runs one program with a sidecar of its own (design/promises 1.6). Standard output belongs to the program.
 *
 * @returns the program's exit status; 4 or 5 when there was no token and it was not started
 * @throws ConfigError, ListenError, AddressTakenError
 */
export async function exec({ configPath, own, child: words }: CommandOptions): Promise<number> {
  const [file, ...args] = words
  if (file === undefined) {
    return say(
      'exec needs a command after --, for example: catapa-sidecar exec -- php job.php',
      exitStatus.configuration,
    )
  }
  const seconds = timeoutSeconds(own.timeout)
  if (seconds === undefined) return say(timeoutFlaw, exitStatus.configuration)

  const environment = takeEnvironment()
  const settings = await readConfiguration(environment, configPath)
  const callers = settings.callers && withoutListeners(settings.callers) // The service has them.
  // Before the private folder is made: a signal without a handler would leave the folder behind.
  const signals = routeSignals()
  const interrupted = new Promise<NodeJS.Signals>((resolve) => signals.to(resolve))
  let sidecar: Sidecar | undefined
  try {
    const config = execConfig(settings)
    const logger = createLogger(config, 'stderr')
    for (const warning of config.warnings) logger.warn(warning)
    for (const sentence of openSecretFiles({ environment, configPath })) logger.warn(sentence)
    if (callers !== undefined) logCallers(callers, logger)
    const files = followed(environment, configPath, settings.given)
    sidecar = await startSidecar(config, logger, { files, callers }).catch((error) => rethrowWithHolder(error, config))
    const waiting = setTimeout(sayThatItWaits, 1000, seconds)
    const failure = await Promise.race([firstToken(sidecar.tokens, seconds * 1000), interrupted])
    clearTimeout(waiting)
    if (typeof failure === 'string') return 128 + constants.signals[failure]
    if (failure !== undefined) {
      const status = failure.code === 'token_unavailable' ? exitStatus.unreachable : exitStatus.credentials
      return say(`${file} was not started: ${inWords({ ...failure, retrying: false }, 'operator')}`, status)
    }
    const child = runChild(file, args, childEnvironment(environment, sidecar.addresses[0] ?? ''))
    return await outcome(child, { file, signals, sidecar, logger })
  } finally {
    await sidecar?.stop()
  }
}

type Around = { file: string; signals: ReturnType<typeof routeSignals>; sidecar: Sidecar; logger: Logger }

/** Passes signals on to the child until it ends. @returns the exit status */
async function outcome(child: Child, { file, signals, sidecar, logger }: Around): Promise<number> {
  let broken = false
  signals.to((signal) => {
    if (!reachedChildToo(signal)) child.kill(signal)
  })
  sidecar.quitRequested.then(() => child.kill('SIGTERM'))
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'internal error')
    broken = true
    child.kill('SIGTERM')
  })
  const { status, failure } = await child.ended
  signals.to(() => process.exit(status)) // A signal now means: do not wait for requests of other programs.
  if (failure !== undefined) return say(`${file} was not started: ${failure}`, status)
  return broken ? exitStatus.internal : status
}

/**
 * The configuration with a free port for the listener, and with the admin listener off unless it was set. If SIDECAR_LISTEN has
 * a socket file, there is no port, since every user of the machine could call it.
 */
function execConfig({ config, given }: SidecarSettings): Config {
  const asFile = config.listen.some(({ kind }) => kind === 'unix')
  return {
    ...config,
    callersFile: undefined, // It has been read; a job does not run for long enough to follow it.
    notify: [], // A job that fails says so itself.
    listen: [asFile ? privateSocket() : { kind: 'localhost', port: 0 }],
    adminListen: given.has('SIDECAR_ADMIN_LISTEN') ? config.adminListen : [],
    // cron sends a job's output by mail: with a line for each request that would be a letter a night. A file is not sent.
    logLevel: given.has('SIDECAR_LOG_LEVEL') || config.logFile !== undefined ? config.logLevel : 'warn',
    shutdownDelayMs: 0,
  }
}

/** For people at a terminal. A whole line, not one that replaces itself, since the log goes to the same place. */
function sayThatItWaits(seconds: number): void {
  if (process.stderr.isTTY === true) say(`waiting for a token from CATAPA, ${seconds} s at most …`, 0)
}

function say(text: string, status: number): number {
  process.stderr.write(`catapa-sidecar: ${text}\n`)
  return status
}
