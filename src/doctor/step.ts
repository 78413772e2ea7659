import { statSync } from 'node:fs'
import type { SecureContext } from 'node:tls'
import { exitStatus } from '../problems/exit-status.ts'
import type { SidecarStatus } from '../running/sidecar-status.ts'
import type { Config } from '../settings/config.ts'
import type { SettingsOrigin } from '../settings/secret-source.ts'
import { doctorWords, type StepName } from './words/doctor-words.ts'

/** How a step ended. `detail` and `remedy` hold no secret and no token; words of an answering program only as a quotation. */
export type StepOutcome =
  | { status: 'ok'; detail: string }
  | { status: 'failed'; detail: string; remedy: string; exit: number }
  | { status: 'skipped'; detail: string }

/** The sources of the settings, and the configuration that the step `configuration` reads from them. */
export type GivenSettings = SettingsOrigin & { config?: Config }

/** Whether CATAPA is asked for a token: also if a running sidecar has one, only if none has, or not at all. */
export type NewToken = 'always' | 'if needed' | 'never'

/** The subject of the steps after the configuration, and values that one step hands on to the next. */
export type Subject = SettingsOrigin & {
  config: Config
  /** With the trusted CAs. */
  secureContext: SecureContext
  /** The sidecar that answers at SIDECAR_ADMIN_LISTEN; asked once. */
  running: () => Promise<SidecarStatus | undefined>
  /** The same sidecar, if it works for the same tenant and client; undefined where a new token is always asked for. */
  ourSidecar: () => Promise<SidecarStatus | undefined>
  newToken: NewToken
  /** From the step `token`, for the step after it. */
  token?: string
}

/** One line of the report. */
export type DoctorStep<On = Subject> = {
  /** The printed name, and the name of its file. */
  name: StepName
  /** Steps whose failure makes this one pointless. */
  needs: readonly StepName[]
  /** Whether the step is needed with these settings; without `applies`, always. */
  applies?(config: Config): boolean
  run(subject: On): StepOutcome | Promise<StepOutcome>
}

export function ok(detail: string): StepOutcome {
  return { status: 'ok', detail }
}

export function failed(exit: keyof typeof exitStatus, detail: string, remedy: string): StepOutcome {
  return { status: 'failed', detail, remedy, exit: exitStatus[exit] }
}

/** The network, or what should answer there, is the reason. */
export function unreachable(detail: string, remedy: string): StepOutcome {
  return failed('unreachable', detail, remedy)
}

/**
 * A failure in the words of a running sidecar. Another program could answer in its place and put any command into these words,
 * so they are marked as not ours.
 */
export function saidByRunning(exit: keyof typeof exitStatus, words: string): StepOutcome {
  return failed(exit, doctorWords().runningSays(words), doctorWords().ifItIsYours)
}

/** The lines below a step's own. */
export function notesOf(sentences: readonly string[]): string[] {
  return sentences.map((sentence) => doctorWords().note(sentence))
}

/** The mode of a file or folder; nothing on Windows. */
export function shownMode(path: string): string[] {
  if (process.platform === 'win32') return []
  return [doctorWords().mode((statSync(path).mode & 0o777).toString(8).padStart(4, '0'))]
}

/** Checks items one after the other. The first outcome that is not ok is the result, else all details together. */
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
