import { failure } from '../problems/causes.ts'
import type { Failure, OutputFlaw } from '../problems/failure.ts'
import { ProblemError, problem } from '../problems/problem.ts'
import type { Config, Credentials } from '../settings/config.ts'
import type { Environment } from '../settings/environment.ts'
import type { SecretCommand } from '../settings/secret-command-setting.ts'
import { programEnvironment } from './program-environment.ts'
import { type Fetched, readOutput } from './read-output.ts'
import { type Ran, type RunLimits, runProgram } from './run-program.ts'

/** What a run is made of. */
export type Fetching = Readonly<{
  command: SecretCommand
  /** The credentials that are set; empty ones come from the command. */
  set: Credentials
  clientAuth: Config['clientAuth']
  environment: Environment
  /** Tests only: shorter ones. */
  limits?: RunLimits | undefined
}>

/** The end of a run. `stopped`: before its time, since the sidecar ends. */
export type FetchEnded = Readonly<{ tookMs: number } & (Fetched | { failure: Failure } | { stopped: true })>

/** Runs the secret's command once. `ended` never rejects. */
export function fetchSecret({ command, set, clientAuth, environment, limits }: Fetching) {
  const run = runProgram(command.words, programEnvironment(environment), limits)
  return { ended: run.ended.then((ran) => judged(ran, { command, set, clientAuth })), stop: run.stop }
}

function judged(ran: Ran, { command, set, clientAuth }: Pick<Fetching, 'command' | 'set' | 'clientAuth'>): FetchEnded {
  const { tookMs, saidMore } = ran
  if ('stopped' in ran) return { tookMs, stopped: true }
  const about = { program: command.shown, saidMore }
  if ('flaw' in ran) return { tookMs, failure: failure('secret_command_failed', { ...about, flaw: ran.flaw }) }
  const read = readOutput(ran.output, set, clientAuth)
  if ('flaw' in read) return { tookMs, failure: unusable(read.flaw, about) }
  return { tookMs, ...read }
}

function unusable(flaw: OutputFlaw, about: { program: string; saidMore: boolean }): Failure {
  return failure('secret_command_unusable', { ...about, flaw })
}

/**
 * The configuration with whole credentials, for a command of ours that needs them once: the secret's command is run, if one is set.
 * `signal` ends it.
 *
 * @throws ProblemError `token_unavailable`
 */
export async function withSecret(config: Config, environment: Environment, signal: AbortSignal): Promise<Config> {
  const { secretCommand: command, credentials: set, clientAuth } = config
  if (command === undefined) return config
  const run = fetchSecret({ command, set, clientAuth, environment })
  signal.addEventListener('abort', run.stop, { once: true })
  const ended = await run.ended
  if ('credentials' in ended) return { ...config, credentials: ended.credentials }
  throw 'failure' in ended ? new ProblemError(ended.failure) : problem('shut_down_meanwhile', {})
}
