import { isDeepStrictEqual } from 'node:util'
import type { FastifyBaseLogger } from 'fastify'
import { poll } from '../files/poll.ts'
import type { ProblemCode } from '../problems/codes.ts'
import { inWords } from '../problems/explain.ts'
import { asProblem, type ProblemError } from '../problems/problem.ts'
import type { Credentials } from '../settings/config.ts'
import { ConfigError, type ConfigProblem, type Mistakes } from '../settings/config-error.ts'
import { areSame } from '../settings/same-credentials.ts'

/** Files are read this often: watching misses changes on network folders and in containers, reading does not. */
const everyMs = 2_000
const firstRetryMs = 30_000
const longestRetryMs = 300_000
/** After a temporary failure, which proves nothing about the credentials. */
const firstTransientRetryMs = 5_000
const longestTransientRetryMs = 60_000

export type RotationOptions = {
  /**
   * Reads the credentials anew; undefined if they cannot change, so that no timer is needed.
   * @throws ConfigError for a wrong or half-written file, or any other problem in it
   */
  read: (() => Credentials) | undefined
  /** Tries credentials and, if they work, uses them from then on. @throws ProblemError if they do not */
  use: (credentials: Credentials) => Promise<void>
  log: FastifyBaseLogger
}

export type Rotation = ReturnType<typeof followCredentials>

/** The state of the credentials. */
type State = Readonly<{
  current: Credentials
  /** On the wall clock. */
  inUseSince: number
  /** New credentials that did not work, and when to try them again, on the monotonic clock. */
  waiting: Readonly<{ credentials: Credentials; code: ProblemCode; tries: number; retryAt: number }> | undefined
  /** The problems that were logged last; undefined if the files can be read. */
  mistakes: Mistakes | undefined
}>

/** Whether to try the credentials found now. */
function isDue({ current, waiting }: State, found: Credentials, now: number): boolean {
  if (areSame(found, current)) return false
  return waiting === undefined || !areSame(found, waiting.credentials) || now >= waiting.retryAt
}

function afterFailure(state: State, found: Credentials, problem: ProblemError): State {
  const { code } = problem
  const known = waitsFor(state, found)
  const tries = known?.code === code ? known.tries + 1 : 1
  const retryAt = performance.now() + retryMs(problem, tries)
  return { ...state, waiting: { credentials: found, code, tries, retryAt } }
}

function waitsFor({ waiting }: State, found: Credentials): State['waiting'] {
  return waiting !== undefined && areSame(found, waiting.credentials) ? waiting : undefined
}

/**
 * Follows the files that credentials come from, the `--config` file included (design/promises 4.10): new ones are tried
 * first and used only if they work, tenant, id and secret together. Credentials that do not work are logged once and tried
 * again later, since a new secret may be written down before the server knows it. When the old one is refused, the source of the
 * tokens tries the new one by itself.
 */
export function followCredentials(initial: Credentials, { read, use, log }: RotationOptions) {
  let state: State = { current: initial, inUseSince: Date.now(), waiting: undefined, mistakes: undefined }

  async function look(read: () => Credentials): Promise<void> {
    const found = readOrSay(read)
    if (found === undefined) return
    if (areSame(found, state.current)) state = { ...state, current: found, waiting: undefined } // It may come from elsewhere now.
    if (isDue(state, found, performance.now())) await attempt(found)
  }

  function readOrSay(read: () => Credentials): Credentials | undefined {
    try {
      const found = read()
      state = { ...state, mistakes: undefined }
      return found
    } catch (error) {
      const problems = problemsOf(error)
      const { mistakes } = state
      if (isDeepStrictEqual(problems, mistakes?.problems)) return undefined
      log.warn({ problems: problems.map(({ name, problem }) => `${name}: ${problem}`) }, wrongFiles)
      state = { ...state, mistakes: { problems, since: mistakes?.since ?? Date.now() } }
      return undefined
    }
  }

  function inUse(found: Credentials): void {
    state = { ...state, current: found, inUseSince: Date.now(), waiting: undefined }
  }

  async function attempt(found: Credentials): Promise<void> {
    try {
      await use(found)
      inUse(found)
      log.info({ tenant: found.tenant, clientId: found.clientId }, 'new credentials work and are in use')
    } catch (error) {
      const problem = asProblem(error)
      if (waitsFor(state, found) === undefined) {
        const detail = inWords(problem.failure, 'operator')
        log.warn({ problem: problem.code, detail }, 'new credentials do not work; those in use stay')
      }
      state = afterFailure(state, found, problem)
    }
  }

  const looking = read === undefined ? undefined : poll(() => look(read), everyMs)
  return {
    /** The credentials in use. */
    current: () => state.current,
    /** On the wall clock. */
    inUseSince: () => state.inUseSince,
    /** Of the files as they are now; undefined while they are right. */
    mistakes: () => state.mistakes,
    /** These are in use already: a token request has been made with them. */
    adopt: inUse,
    /** There may be new credentials now. */
    look: () => looking?.now(),
    stop: () => looking?.stop(),
  }
}

const wrongFiles =
  'the credential files or the --config file cannot be read or are incomplete or wrong; the credentials in use stay, and a restart would fail'

/** The problems by setting, without values. */
function problemsOf(error: unknown): readonly ConfigProblem[] {
  return error instanceof ConfigError ? error.problems : [{ name: 'catapa-sidecar', problem: 'a fault of its own' }]
}

/** The time to the next try: the endpoint's `Retry-After`, but never longer than after a refusal. */
function retryMs({ code, retryAfterMs = 0 }: ProblemError, tries: number): number {
  if (code === 'credentials_rejected') return Math.min(firstRetryMs * 2 ** (tries - 1), longestRetryMs)
  const delayMs = Math.min(firstTransientRetryMs * 2 ** (tries - 1), longestTransientRetryMs)
  return Math.max(delayMs, Math.min(retryAfterMs, longestRetryMs))
}
