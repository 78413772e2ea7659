import { trust } from '../network/connection.ts'
import { ListenError } from '../network/listen.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { explain } from '../problems/explain.ts'
import { ProblemError } from '../problems/problem.ts'
import { processStatus } from '../running/process-status.ts'
import { whyNotSameFolder } from '../running/same-folder.ts'
import { sidecarStatus } from '../running/sidecar-status.ts'
import { withSecret } from '../secret-command/fetch-secret.ts'
import type { Config } from '../settings/config.ts'
import { type Environment, takeEnvironment } from '../settings/environment.ts'
import { readConfig } from '../settings/read-config.ts'
import type { CommandOptions } from './command.ts'
import { complain } from './complain.ts'
import { whoHas } from './login/ask-who.ts'
import { codeIn, newAuthorization } from './login/authorization.ts'
import { exchange } from './login/code-exchange.ts'
import { check, confirm } from './login/confirm.ts'
import { LoginFailure } from './login/login-failure.ts'
import { loginFailureWords } from './login/login-failure-words.ts'
import { loginWords } from './login/login-words.ts'
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
  for (const warning of config.warnings) complain('login', warning)
  const paste = own.paste === true
  const browser = own['no-browser'] !== true
  const as = typeof own.as === 'string' ? own.as : undefined
  if (as === '') return complain('login', loginFailureWords().emptyName)
  const stop = newStop()
  const interrupt = () => stop.now(new LoginFailure(loginFailureWords().interrupted, exitStatus.interrupted))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const options = [paste && '--paste', !browser && '--no-browser', ...(as === undefined ? [] : ['--as', as])]
    const words = ['login', ...options.filter((word) => typeof word === 'string')]
    const running = await sidecarStatus(config.adminListen)
    const other = running?.process
    const refusal = other && whyNotSameFolder(other, processStatus(config.stateDir), { words, configPath })
    if (refusal !== undefined) throw new LoginFailure(refusal)
    const { tenant, clientId } = config.credentials
    const differs = (theirs: string, own: string) => own !== '' && theirs !== own
    if (other && (differs(running.tenant, tenant) || differs(running.clientId, clientId))) {
      complain('login', loginWords().otherClient)
    }
    await ensureRoom(config.stateDir, stop.signal)
    // Before anybody logs in: a code is good for a minute only.
    const whole = await stop.first(withSecret(config, environment, stop.signal))
    return await logIn(whole, environment, { paste, browser, as }, stop)
  } catch (error) {
    return complain('login', ...explained(error))
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

/** The end of a login before its time. `first` gives an outcome, unless the login is stopped before it. */
type Stop = Readonly<{
  signal: AbortSignal
  now(reason: LoginFailure): void
  first<Value>(outcome: Promise<Value>): Promise<Value>
}>

function newStop(): Stop {
  const controller = new AbortController()
  const { signal } = controller
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  stopped.catch(() => {}) // Nothing may wait at that moment.
  return { signal, now: (reason) => controller.abort(reason), first: (outcome) => Promise.race([outcome, stopped]) }
}

type Ways = { paste: boolean; browser: boolean; as: string | undefined }

async function logIn(config: Config, environment: Environment, ways: Ways, stop: Stop): Promise<number> {
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
    say(invitation(authorization.url, config.redirectUri, listener !== undefined, ways))
    if (ways.browser) openBrowser(authorization.url, environment)
    const { nobodyCame, unanswered } = loginFailureWords()
    const answer = await inTime(listener?.answer ?? pastedAnswer(lines(), authorization.state, say), stop, nobodyCame)
    const code = codeIn(answer, authorization, config)
    const secureContext = trust(config.extraCa, environment.NODE_EXTRA_CA_CERTS)
    const { access, refreshToken } = await stop.first(exchange(code, authorization, config, secureContext))
    const who = await stop.first(whoHas(access.value, config, secureContext))
    if (ways.as === undefined) {
      await listener?.close('unconfirmed')
      await inTime(confirm(who, config.credentials.tenant, lines(), say), stop, unanswered)
    } else check(who, ways.as)
    // Storing is not interrupted halfway: after "The login was interrupted" there must be no login.
    const known = typeof who === 'string' ? undefined : { id: who.id, name: who.name }
    const path = await store(config, refreshToken, known, stop.signal)
    ending = 'done'
    say(loginWords().conclusion(who, config.credentials.tenant, path, config.grant === 'authorization_code'))
    return exitStatus.fine
  } finally {
    if (input !== undefined) process.stdin.destroy() // An open pipe would keep the process alive.
    await listener?.close(ending)
  }
}

function invitation(url: string, redirectUri: string, listening: boolean, { paste, as }: Ways): string {
  const unattended = as === undefined && process.stdin.isTTY !== true
  return loginWords().invitation({ url, redirectUri, listening, paste, unattended })
}

/** Waits for a person's action, 5 minutes at most, unless the login is stopped first. */
async function inTime<Value>(deed: Promise<Value>, stop: Stop, late: string): Promise<Value> {
  const timer = setTimeout(() => stop.now(new LoginFailure(late, exitStatus.notInTime)), waitMs)
  try {
    return await stop.first(deed)
  } finally {
    clearTimeout(timer)
  }
}

/** @returns words and exit status of a known error; any other error is thrown on */
function explained(error: unknown): [sentences: string, status: number] {
  if (error instanceof LoginFailure) return [error.message, error.status]
  if (error instanceof ProblemError) {
    const { happened, next } = explain(error.failure, 'operator')
    return [`${happened}. ${next}`, exitStatus.configuration]
  }
  if (!(error instanceof ListenError)) throw error
  return [loginFailureWords().noListener(error.address, error.code), exitStatus.listener]
}

function say(text: string): void {
  process.stdout.write(text)
}
