import type { SecureContext } from 'node:tls'
import { exitStatus } from '../problems/exit-status.ts'
import type { SidecarStatus } from '../running/sidecar-status.ts'
import type { Config } from '../settings/config.ts'
import type { Environment } from '../settings/environment.ts'

/** How a step ended. `detail` and `remedy` hold no secret and no token, and text of whoever answered only as a quotation. */
export type Outcome =
  | { status: 'ok'; detail: string }
  | { status: 'failed'; detail: string; remedy: string; exit: number }
  | { status: 'skipped'; detail: string }

/** What the settings come from. */
export type Origin = { environment: Environment; configPath: string | undefined }

/** What the steps behind the configuration look at, and what they hand on. */
export type Subject = Origin & {
  config: Config
  /** What is trusted. */
  secureContext: SecureContext
  /** The sidecar that answers at SIDECAR_ADMIN_LISTEN; asked once. */
  running: () => Promise<SidecarStatus | undefined>
  /** The same one, where it works for the same tenant and client; with --new-token it is left out. */
  ourSidecar: () => Promise<SidecarStatus | undefined>
  /** Ask for a token even if a running sidecar has one. */
  newToken: boolean
  /** Of the step `token`, for the one after it. */
  token?: string
}

/** One step, in the order in which a person would look. */
export type Step<On> = {
  name: string
  /** Steps whose failure makes this one pointless. */
  needs: readonly string[]
  /** What it is doing, for who watches. */
  doing: string
  run(subject: On): Outcome | Promise<Outcome>
}

export function ok(detail: string): Outcome {
  return { status: 'ok', detail }
}

export function failed(exit: keyof typeof exitStatus, detail: string, remedy: string): Outcome {
  return { status: 'failed', detail, remedy, exit: exitStatus[exit] }
}

/**
 * What a running sidecar says is the matter. Whoever answers in its place could put any command into these words, so
 * they are not given as ours.
 */
export function saidByRunning(exit: keyof typeof exitStatus, words: string): Outcome {
  return failed(
    exit,
    `the running sidecar says: ${words}`,
    'If you know that it is your sidecar, do what it says, as its user: any user of this machine could be answering there. With --new-token it is left out.',
  )
}

/** Checks one after the other; the first that is not well is the outcome, else all details together. */
export async function each<Item>(items: readonly Item[], check: (item: Item) => Promise<Outcome>): Promise<Outcome> {
  const details: string[] = []
  for (const item of items) {
    const outcome = await check(item)
    if (outcome.status !== 'ok') return outcome
    details.push(outcome.detail)
  }
  return ok(details.join('; '))
}
