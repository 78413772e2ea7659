import type { SecureContext } from 'node:tls'
import { exitStatus } from '../problems/exit-status.ts'
import type { SidecarStatus } from '../running/sidecar-status.ts'
import type { Config } from '../settings/config.ts'
import type { SettingsOrigin } from '../settings/secret-source.ts'

/** How a step ended. `detail` and `remedy` hold no secret and no token, and text of whoever answered only as a quotation. */
export type StepOutcome =
  | { status: 'ok'; detail: string }
  | { status: 'failed'; detail: string; remedy: string; exit: number }
  | { status: 'skipped'; detail: string }

/** What the settings come from, and what the step `configuration` makes of them. */
export type GivenSettings = SettingsOrigin & { config?: Config }

/** What the steps behind the configuration look at, and what they hand on. */
export type Subject = SettingsOrigin & {
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

/** One line of the report. */
export type DoctorStep<On = Subject> = {
  /** As it is printed, and as its file is named. */
  name: string
  /** Steps whose failure makes this one pointless. */
  needs: readonly string[]
  /** What it is doing, for who watches. */
  doing: string
  /** Whether these settings give it anything to look at; without it, all do. */
  applies?(config: Config): boolean
  run(subject: On): StepOutcome | Promise<StepOutcome>
}

export function ok(detail: string): StepOutcome {
  return { status: 'ok', detail }
}

export function failed(exit: keyof typeof exitStatus, detail: string, remedy: string): StepOutcome {
  return { status: 'failed', detail, remedy, exit: exitStatus[exit] }
}

/**
 * What a running sidecar says is the matter. Whoever answers in its place could put any command into these words, so
 * they are not given as ours.
 */
export function saidByRunning(exit: keyof typeof exitStatus, words: string): StepOutcome {
  return failed(
    exit,
    `the running sidecar says: ${words}`,
    'If you know that it is your sidecar, do what it says, as its user: any user of this machine could be answering there. With --new-token it is left out.',
  )
}

/** Checks one after the other; the first that is not well is the outcome, else all details together. */
export async function each<Item>(
  items: readonly Item[],
  check: (item: Item) => Promise<StepOutcome>,
): Promise<StepOutcome> {
  const details: string[] = []
  for (const item of items) {
    const outcome = await check(item)
    if (outcome.status !== 'ok') return outcome
    details.push(outcome.detail)
  }
  return ok(details.join('; '))
}
