import type { FastifyBaseLogger } from 'fastify'
import { inWords } from '../problems/explain.ts'
import { ProblemError, problem } from '../problems/problem.ts'
import type { Credentials } from '../settings/config.ts'
import { type CommandState, notRun, type Reason, ranBadly, ranWell, retryMs } from './command-state.ts'
import { type FetchEnded, type Fetching, fetchSecret } from './fetch-secret.ts'

/** Timers stop while a machine sleeps, and miss changes of the wall clock, so the time is looked at this often. */
const lookAgainMs = 60_000

export type FollowedSecret = ReturnType<typeof followSecret>

/** The secret's command for people, without what it printed. */
export type SecretCommandShown = Readonly<
  Pick<CommandState, 'taken' | 'failed' | 'last' | 'failing' | 'dueAt'> & {
    program: string
    expiresAt: number | undefined
  }
>

/**
 * The client's secret from a command (design/promises 15.3): one run at a time, by itself before the secret expires. Its knowledge
 * is a `CommandState`; here are the run under way and the timer. `found` is called when something is to be tried.
 */
export function followSecret(fetching: Fetching, log: Pick<FastifyBaseLogger, 'info' | 'warn'>, found: () => void) {
  const program = fetching.command.shown
  let state = notRun
  let underWay: Readonly<{ ended: Promise<Credentials>; stop(): void }> | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  /** Joins the run under way, or begins one. @throws ProblemError */
  function run(reason: Reason): Promise<Credentials> {
    if (stopped) return Promise.reject(problem('shut_down_meanwhile', {}))
    if (underWay !== undefined) return underWay.ended
    const { ended, stop } = fetchSecret(fetching)
    const taken = ended.then((outcome) => {
      underWay = undefined
      return take(outcome, reason)
    })
    underWay = { ended: taken, stop }
    return taken
  }

  function take(outcome: FetchEnded, reason: Reason): Credentials {
    if ('stopped' in outcome) throw problem('shut_down_meanwhile', {})
    const { tookMs } = outcome
    const at = Date.now()
    if ('failure' in outcome) {
      const { failure } = outcome
      const told = state.failing?.failure
      state = ranBadly(state, failure, { at, tookMs, reason })
      setTimer()
      const detail = inWords(failure, 'operator')
      if (told === undefined || inWords(told, 'operator') !== detail) {
        log.warn(
          { program, tookMs, detail },
          `the secret's command failed${state.fetched ? '; what it printed before stays in use' : ''}`,
        )
      }
      throw new ProblemError(failure, { retryAfterMs: retryMs(state.inVain) })
    }
    const { credentials, expiresAt } = outcome
    state = ranWell(state, { credentials, expiresAt }, { at, tookMs, reason })
    setTimer()
    const expires = expiresAt === undefined ? undefined : new Date(expiresAt).toISOString()
    log.info({ program, tookMs, expires }, "the secret's command has printed the secret")
    if (state.offered !== undefined) found()
    return credentials
  }

  function setTimer(): void {
    clearTimeout(timer)
    if (stopped || state.dueAt === Number.POSITIVE_INFINITY) return
    const leftMs = state.dueAt - Date.now()
    timer = setTimeout(look, Math.min(Math.max(0, leftMs), lookAgainMs)).unref()
  }

  function look(): void {
    if (Date.now() >= state.dueAt)
      run('expiry').catch(() => {}) // Its outcome is in the state.
    else setTimer()
  }

  return {
    run,
    /** What is to be tried beside the credentials in use. */
    offered: () => state.offered,
    shown: (): SecretCommandShown => {
      const { taken, failed, last, failing, dueAt } = state
      return { program, taken, failed, last, failing, dueAt, expiresAt: state.fetched?.expiresAt }
    },
    /** Ends the run under way, whole. */
    async stop(): Promise<void> {
      stopped = true
      clearTimeout(timer)
      underWay?.stop()
      await underWay?.ended.catch(() => {})
    },
  }
}
