import type { Who } from '../login/login-file.ts'
import { trust } from '../network/connection.ts'
import { ListenError } from '../network/listen.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { explain } from '../problems/explain.ts'
import { ProblemError } from '../problems/problem.ts'
import { processStatus } from '../running/process-status.ts'
import { whyNotSameFolder } from '../running/same-folder.ts'
import { sidecarStatus } from '../running/sidecar-status.ts'
import type { Config } from '../settings/config.ts'
import { type Environment, takeEnvironment } from '../settings/environment.ts'
import { readConfig } from '../settings/read-config.ts'
import type { CommandOptions } from './command.ts'
import { type Person, whoHas } from './login/ask-who.ts'
import { type Authorization, codeIn, newAuthorization } from './login/authorization.ts'
import { exchange } from './login/code-exchange.ts'
import { check, confirm } from './login/confirm.ts'
import { LoginFailure } from './login/login-failure.ts'
import { conclusion, invitation } from './login/login-words.ts'
import { openBrowser } from './login/open-browser.ts'
import { pastedAnswer } from './login/pasted.ts'
import { type Lines, linesOf } from './login/read-line.ts'
import { listenAddress, listenForRedirect } from './login/redirect-listener.ts'
import { ensureRoom, store } from './login/store-login.ts'

const waitMs = 5 * 60_000

/**
 * Lets a person log in with the browser and stores the login (design/promises 7.2): the authorization-code grant of RFC
 * 6749 §4.1 with PKCE, as RFC 8252 has it for programs.
 *
 * @throws ConfigError
 */
export async function login({ configPath, own }: CommandOptions): Promise<number> {
  const environment = takeEnvironment()
  const config = readConfig(environment, configPath)
  for (const warning of config.warnings) complain(warning)
  const paste = own.paste === true
  const browser = own['no-browser'] !== true
  const as = typeof own.as === 'string' ? own.as : undefined
  if (as === '') return complain('--as should be the name of the person to log in', exitStatus.configuration)
  const stop = new AbortController()
  const interrupt = () => stop.abort(new LoginFailure('The login was interrupted.', exitStatus.interrupted))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const words = [
      'login',
      ...(paste ? ['--paste'] : []),
      ...(browser ? [] : ['--no-browser']),
      ...(as === undefined ? [] : ['--as', as]),
    ]
    const running = await sidecarStatus(config.adminListen)
    const other = running?.process
    const refusal = other && whyNotSameFolder(other, processStatus(config.stateDir), { words, configPath })
    if (refusal !== undefined) throw new LoginFailure(refusal)
    const { tenant, clientId } = config.credentials
    if (other && (running.tenant !== tenant || running.clientId !== clientId)) {
      complain('the running sidecar works for another tenant or client: it will not use this login.')
    }
    await ensureRoom(config.stateDir, stop.signal)
    return await logIn(config, environment, { paste, browser, as }, stop)
  } catch (error) {
    return complain(...explained(error))
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

type Ways = { paste: boolean; browser: boolean; as: string | undefined }

async function logIn(config: Config, environment: Environment, ways: Ways, stop: AbortController): Promise<number> {
  const authorization = await newAuthorization(config)
  const address = ways.paste ? undefined : listenAddress(config.redirectUri)
  const listener = address && (await listenForRedirect(config.redirectUri, address, authorization.state))
  let input: Lines | undefined
  function lines(): Lines {
    input ??= linesOf(process.stdin, stop.signal)
    return input
  }
  let ending: 'done' | 'failed' = 'failed'
  try {
    say(invitation(authorization.url, config, { ...ways, listening: listener !== undefined }))
    if (ways.browser) openBrowser(authorization.url, environment)
    const late = 'Nobody logged in within 5 minutes. Nothing has changed.'
    const answer = await inTime(listener?.answer ?? pastedAnswer(lines(), authorization.state, say), stop, late)
    const { who, refreshToken } = await redeem(answer, authorization, config, environment, stop.signal)
    if (ways.as === undefined) {
      await listener?.close('unconfirmed')
      const unsaid = 'The question was not answered within 5 minutes. Nothing was stored.'
      await inTime(confirm(who, config.credentials.tenant, lines(), say), stop, unsaid)
    } else check(who, ways.as)
    // Storing is not interrupted halfway: after "The login was interrupted" there must be no login.
    const path = await store(config, refreshToken, toStore(who), stop.signal)
    ending = 'done'
    say(conclusion(who, path, config))
    return exitStatus.fine
  } finally {
    if (input !== undefined) process.stdin.destroy() // An open pipe would keep the process alive.
    await listener?.close(ending)
  }
}

/** Waits for a person's action, 5 minutes at most, unless the login is stopped first. */
async function inTime<Value>(deed: Promise<Value>, stop: AbortController, late: string): Promise<Value> {
  const timer = setTimeout(() => stop.abort(new LoginFailure(late, exitStatus.notInTime)), waitMs)
  try {
    return await unlessStopped(deed, stop.signal)
  } finally {
    clearTimeout(timer)
  }
}

/** Answer → code → tokens → person. */
async function redeem(
  answer: URLSearchParams,
  authorization: Authorization,
  config: Config,
  environment: Environment,
  signal: AbortSignal,
): Promise<{ who: Person | string; refreshToken: string }> {
  const code = codeIn(answer, authorization, config)
  const secureContext = trust(config.extraCa, environment.NODE_EXTRA_CA_CERTS)
  const { access, refreshToken } = await unlessStopped(exchange(code, authorization, config, secureContext), signal)
  return { who: await unlessStopped(whoHas(access.value, config, secureContext), signal), refreshToken }
}

function toStore(who: Person | string): Who | undefined {
  return typeof who === 'string' ? undefined : { id: who.id, name: who.name }
}

/** @returns words and exit status of a known error; any other error is thrown on */
function explained(error: unknown): [sentences: string, status: number] {
  if (error instanceof LoginFailure) return [error.message, error.status]
  if (error instanceof ProblemError) {
    const { happened, next } = explain(error.failure, 'operator')
    return [`${happened}. ${next}`, exitStatus.configuration]
  }
  if (error instanceof ListenError) {
    const why =
      error.code === 'EADDRINUSE' ? 'is taken, perhaps by another login' : `cannot be listened on (${error.code})`
    return [
      `${error.address}, the address that the browser comes back to, ${why}. End that program, or run login --paste. Or register another redirect URI with the client and set CATAPA_REDIRECT_URI to it.`,
      exitStatus.listener,
    ]
  }
  throw error
}

/** The outcome, unless the login is stopped first. */
async function unlessStopped<Value>(outcome: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stopped = () => {}
  const stop = new Promise<never>((_, reject) => {
    stopped = () => reject(signal.reason)
    if (signal.aborted) stopped()
    else signal.addEventListener('abort', stopped, { once: true })
  })
  outcome.catch(() => {}) // It may fail after the login has been stopped.
  try {
    return await Promise.race([outcome, stop])
  } finally {
    signal.removeEventListener('abort', stopped)
  }
}

function say(text: string): void {
  process.stdout.write(text)
}

function complain(sentences: string, status: number = exitStatus.fine): number {
  process.stderr.write(`catapa-sidecar login: ${sentences}\n`)
  return status
}
