import { processStatus } from '../admin/process-status.ts'
import type { Config } from '../config/config.ts'
import { type Environment, takeEnvironment } from '../config/environment.ts'
import { readConfig } from '../config/read-config.ts'
import { trust } from '../connection.ts'
import { ListenError } from '../listen.ts'
import { LoginStoreError } from '../login/store-error.ts'
import type { CommandOptions } from './command.ts'
import { exitStatus } from './exit-status.ts'
import { type Authorization, codeIn, newAuthorization } from './login/authorization.ts'
import { exchange } from './login/code-exchange.ts'
import { LoginFailure } from './login/failure.ts'
import { openBrowser } from './login/open-browser.ts'
import { pastedAnswer } from './login/pasted.ts'
import { listenAddress, listenForRedirect, type RedirectListener } from './login/redirect-listener.ts'
import { elsewhere, runningSidecarProcess } from './login/running-elsewhere.ts'
import { ensureRoom, store } from './login/store.ts'
import { whoHas } from './login/who.ts'

const waitMs = 5 * 60_000

/**
 * Lets a person log in with the browser and stores the login (CONTRACT §7, `login`): the authorization-code grant of RFC
 * 6749 §4.1 with PKCE, as RFC 8252 has it for programs.
 *
 * @throws ConfigError
 */
export async function login({ configPath, own }: CommandOptions): Promise<number> {
  const environment = takeEnvironment()
  const config = readConfig(environment, configPath)
  for (const warning of config.warnings) complain(warning)
  const paste = own.paste === true
  const stop = new AbortController()
  const interrupt = () => stop.abort(new LoginFailure('The login was interrupted.', exitStatus.interrupted))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const words = ['login', ...(paste ? ['--paste'] : []), ...(own['no-browser'] === true ? ['--no-browser'] : [])]
    const running = await runningSidecarProcess(config.adminListen)
    const refusal = running && elsewhere(running.process, processStatus(config.stateDir), { words, configPath })
    if (refusal !== undefined) throw new LoginFailure(refusal)
    const other =
      running && (running.tenant !== config.credentials.tenant || running.clientId !== config.credentials.clientId)
    if (other) complain('the running sidecar works for another tenant or client: it will not use this login.')
    await ensureRoom(config.stateDir, stop.signal)
    return await logIn(config, environment, { paste, browser: own['no-browser'] !== true }, stop)
  } catch (error) {
    return complain(...explained(error))
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

type Ways = { paste: boolean; browser: boolean }

async function logIn(config: Config, environment: Environment, ways: Ways, stop: AbortController): Promise<number> {
  const authorization = await newAuthorization(config)
  const address = ways.paste ? undefined : listenAddress(config.redirectUri)
  const listener = address && (await listenForRedirect(config.redirectUri, address, authorization.state))
  let ending: 'done' | 'failed' = 'failed'
  try {
    process.stdout.write(invitation(authorization.url, config, listener !== undefined, ways.paste))
    if (ways.browser) openBrowser(authorization.url, environment)
    const answer = await answered(listener, authorization, stop)
    const outcome = await redeem(answer, authorization, config, environment, stop.signal)
    ending = 'done'
    process.stdout.write(outcome)
    return exitStatus.fine
  } finally {
    await listener?.close(ending)
  }
}

/** The answer of the login page, by the browser or by hand, within 5 minutes. */
async function answered(
  listener: RedirectListener | undefined,
  { state }: Authorization,
  stop: AbortController,
): Promise<URLSearchParams> {
  const late = new LoginFailure('Nobody logged in within 5 minutes. Nothing has changed.', exitStatus.notInTime)
  const timer = setTimeout(() => stop.abort(late), waitMs)
  try {
    const coming = listener?.answer ?? pastedAnswer(process.stdin, state, stop.signal, (text) => say(`${text}\n`))
    return await unlessStopped(coming, stop.signal)
  } finally {
    clearTimeout(timer)
    if (listener === undefined) process.stdin.destroy() // An open pipe would keep the process alive.
  }
}

/** Answer → code → tokens → person → disk. @returns what to tell the person */
async function redeem(
  answer: URLSearchParams,
  authorization: Authorization,
  config: Config,
  environment: Environment,
  signal: AbortSignal,
): Promise<string> {
  const code = codeIn(answer, authorization, config)
  const secureContext = trust(config.extraCa, environment.NODE_EXTRA_CA_CERTS)
  const { access, refreshToken } = await unlessStopped(exchange(code, authorization, config, secureContext), signal)
  const who = await unlessStopped(whoHas(access.value, config, secureContext), signal)
  // Not broken off: whoever was told that it was interrupted must not be logged in.
  const path = await store(config, refreshToken, typeof who === 'string' ? undefined : who, signal)
  return conclusion(who, path, config)
}

function invitation(url: string, config: Config, listening: boolean, paste: boolean): string {
  const open = `Open this address in a browser and log in to CATAPA as the person on whose behalf calls are to be made:

  ${url}

`
  if (listening) {
    return `${open}Waiting, 5 minutes at most, until the browser comes back to ${config.redirectUri} on this machine.
(Is the browser on another machine? End this with Ctrl-C and run login --paste. Does the page complain of the redirect URI?
CATAPA_REDIRECT_URI has to be what is registered with the client, to the letter.)
`
  }
  const why = paste ? '' : `${config.redirectUri} does not lead to this machine, so you have to bring the answer here. `
  return `${open}${why}In the end the browser goes to an address that begins with
${config.redirectUri}, where it may find nothing: that is fine.
Copy that whole address and paste it here, within 5 minutes:
`
}

function conclusion(who: Awaited<ReturnType<typeof whoHas>>, path: string, { grant, credentials }: Config): string {
  const as =
    typeof who === 'string'
      ? `Logged in, in the tenant ${credentials.tenant}. As whom could not be learned: ${who}.`
      : `Logged in as ${who.name}, in the tenant ${credentials.tenant}.`
  const use =
    grant === 'authorization_code'
      ? 'A running sidecar uses it within 5 seconds.'
      : 'The sidecar does not use it yet: with CATAPA_GRANT=client_credentials it makes calls as the client itself.\nSet CATAPA_GRANT=authorization_code and restart the sidecar.'
  return `\n${as}\nThe login is in ${path}. Whoever can read that file can act as this person.\n${use}\n`
}

/** @returns words and exit status; anything else is thrown on */
function explained(error: unknown): [sentences: string, status: number] {
  if (error instanceof LoginFailure) return [error.message, error.status]
  if (error instanceof LoginStoreError) return [`${error.problem}. ${error.mend}`, exitStatus.configuration]
  if (error instanceof ListenError) {
    const why =
      error.code === 'EADDRINUSE' ? 'is taken, perhaps by another login' : `cannot be listened on (${error.code})`
    return [
      `${error.address}, where the browser is to come back to, ${why}. End that one, or run login --paste. Or register another redirect URI with the client and set CATAPA_REDIRECT_URI to it.`,
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
  outcome.catch(() => {}) // It may fail after everything is over.
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
