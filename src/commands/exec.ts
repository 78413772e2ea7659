import { constants } from 'node:os'
import type { Logger } from 'pino'
import { withoutListeners } from '../callers/caller.ts'
import { logCallers } from '../callers/file/log-callers.ts'
import { createLogger } from '../log/logger.ts'
import { jobHeartbeatIfSet } from '../notices/heartbeat-if-set.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { inWords } from '../problems/explain.ts'
import type { Config } from '../settings/config.ts'
import { type Environment, takeEnvironment } from '../settings/environment.ts'
import { followed } from '../settings/followed-files.ts'
import type { ListenAddress } from '../settings/listen-address.ts'
import { openSecretFiles } from '../settings/open-secrets.ts'
import { readHeartbeat, type SidecarSettings } from '../settings/read-config.ts'
import { forALog } from '../sidecar/for-a-log.ts'
import { type Configuration, readConfiguration } from '../sidecar/read-configuration.ts'
import { type Sidecar, startSidecar } from '../sidecar/sidecar.ts'
import { inLanguage, type Language, language } from '../words/language.ts'
import type { CommandOptions } from './command.ts'
import { childEnvironment } from './exec/child-environment.ts'
import { execWords } from './exec/exec-words.ts'
import { firstToken } from './exec/first-token.ts'
import { privateSocket } from './exec/private-socket.ts'
import { type Child, runChild } from './exec/run-child.ts'
import { reachedChildToo, routeSignals } from './exec/signals.ts'
import { timeoutFlaw, timeoutSeconds } from './timeout-option.ts'

/**
 * Runs one program with a sidecar of its own (design/promises 1.6). Standard output belongs to the program.
 *
 * @returns the program's exit status; 4 or 5 when there was no token and it was not started, else that of `reportFailure`
 */
export async function exec({ configPath, own, child: words }: CommandOptions): Promise<number> {
  const [file, ...args] = words
  if (file === undefined) return say(execWords().noCommand, exitStatus.configuration)
  const seconds = timeoutSeconds(own.timeout)
  if (seconds === undefined) return say(timeoutFlaw(), exitStatus.configuration)

  const terminal = language()
  const environment = takeEnvironment()
  const report = reportIn(terminal)
  const read = () => readConfiguration(environment, configPath, { listens: false })
  const settings = await forALog(read).catch(report)
  if (typeof settings === 'number') return withoutSettings(environment, configPath, settings)
  // Before the private folder is made: a signal without a handler would leave the folder behind.
  const signals = routeSignals()
  const interrupted = new Promise<NodeJS.Signals>((resolve) => signals.to(resolve))
  const config = execConfig(settings)
  const logger = createLogger(config, 'stderr')
  const heartbeat = await jobHeartbeatIfSet(settings.config, logger)
  const opened: Opened = { sidecar: undefined }
  const given = { file, args, seconds, environment, configPath, settings, config }
  const job = { ...given, terminal, signals, interrupted, logger, opened }
  const { status, failure } = await run(job).catch(async (error): Promise<Ended> => ({ status: await report(error) }))
  signals.to(() => process.exit(status)) // A signal now means: do not wait for requests of other programs, nor for the heartbeat.
  const reason = failure && `the job was not started: ${failure}`
  await Promise.all([heartbeat?.ended(status, reason), opened.sidecar?.stop()])
  return status
}

/** Says why there is no job, and gives the exit status. Loaded only then, as in cli.ts. */
function reportIn(terminal: Language): (error: unknown) => Promise<number> {
  return async (error) => {
    const { reportFailure } = await import('./report-failure.ts')
    return inLanguage(terminal, () => reportFailure(error))
  }
}

/** Settings are wrong, which was said. The heartbeat tells it, too, where its own can be read. @returns the status */
async function withoutSettings(environment: Environment, configPath: string | undefined, status: number) {
  const settings = readHeartbeat(environment, configPath)
  const heartbeat = settings && (await jobHeartbeatIfSet(settings, { info() {}, warn() {} }))
  await heartbeat?.ended(status, 'the job was not started: settings are wrong')
  return status
}

/** The sidecar, once there is one. */
type Opened = { sidecar: Sidecar | undefined }

type Job = Readonly<{
  file: string
  args: readonly string[]
  /** Of --timeout. */
  seconds: number
  environment: Environment
  configPath: string | undefined
  terminal: Language
  settings: Configuration
  config: Config
  signals: ReturnType<typeof routeSignals>
  interrupted: Promise<NodeJS.Signals>
  logger: Logger
  opened: Opened
}>

/** The exit status. `failure`: why the program was not started, in English as all that is sent by the heartbeat. */
type Ended = { status: number; failure?: string | undefined }

/** Starts the sidecar and, once it has a token, the program. @throws ConfigError, ListenError, AddressTakenError */
async function run(job: Job): Promise<Ended> {
  const { file, args, seconds, environment, configPath, terminal, settings, interrupted, logger, opened } = job
  const callers = settings.callers && withoutListeners(settings.callers) // The service has them.
  const config = { ...job.config, listen: [inLanguage(terminal, () => ownListener(job.config))] }
  for (const warning of config.warnings) logger.warn(warning)
  for (const sentence of openSecretFiles({ environment, configPath })) logger.warn(sentence)
  if (callers !== undefined) logCallers(callers, logger)
  const files = followed(environment, configPath, settings.given)
  const sidecar = await startSidecar(config, logger, { files, callers }).catch(async (error) =>
    (await import('./address-taken.ts')).rethrowWithHolder(error, config),
  )
  opened.sidecar = sidecar
  const waiting = setTimeout(sayThatItWaits, 1000, seconds, terminal)
  const failure = await Promise.race([firstToken(sidecar.tokens, seconds * 1000), interrupted])
  clearTimeout(waiting)
  if (typeof failure === 'string')
    return { status: 128 + constants.signals[failure], failure: `${failure} came before` }
  if (failure !== undefined) {
    const status = failure.code === 'token_unavailable' ? exitStatus.unreachable : exitStatus.credentials
    return notStarted(job, () => inWords({ ...failure, retrying: false }, 'operator'), status)
  }
  const child = runChild(file, args, childEnvironment(environment, sidecar.addresses[0] ?? ''))
  return outcome(child, job, sidecar)
}

/** Passes signals on to the child until it ends. */
async function outcome(child: Child, job: Job, sidecar: Sidecar): Promise<Ended> {
  const { signals, logger } = job
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
  const { status, whyNot } = await child.ended
  if (whyNot !== undefined) return notStarted(job, whyNot, status)
  return { status: broken ? exitStatus.internal : status }
}

function notStarted({ file, terminal }: Job, why: () => string, status: number): Ended {
  const sentence = inLanguage(terminal, () => execWords().notStarted(file, why()))
  return { status: say(sentence, status), failure: why() }
}

/**
 * A free port or, if SIDECAR_LISTEN has a socket file, one in a new folder: every user of the machine could call a port.
 * @throws ConfigError if TMPDIR is unfit
 */
function ownListener({ listen }: Config): ListenAddress {
  return listen.some(({ kind }) => kind === 'unix') ? privateSocket() : { kind: 'localhost', port: 0 }
}

/** The configuration with the admin listener off unless it was set, and no heartbeat of the sidecar: the job has its own. */
function execConfig({ config, given }: SidecarSettings): Config {
  return {
    ...config,
    callersFile: undefined, // It has been read; a job does not run for long enough to follow it.
    notify: [], // A job that fails is told of by the heartbeat, which is the command's own.
    heartbeatUrl: undefined,
    adminListen: given.has('SIDECAR_ADMIN_LISTEN') ? config.adminListen : [],
    // cron sends a job's output by mail: with a line for each request that would be a letter a night. A file is not sent.
    logLevel: given.has('SIDECAR_LOG_LEVEL') || config.logFile !== undefined ? config.logLevel : 'warn',
    shutdownDelayMs: 0,
  }
}

/** For people at a terminal. A whole line, not one that replaces itself, since the log goes to the same place. */
function sayThatItWaits(seconds: number, terminal: Language): void {
  if (process.stderr.isTTY !== true) return
  const sentence = inLanguage(terminal, () => execWords().waiting(seconds))
  say(sentence, 0)
}

function say(text: string, status: number): number {
  process.stderr.write(`catapa-sidecar: ${text}\n`)
  return status
}
