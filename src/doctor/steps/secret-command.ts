import { userInfo } from 'node:os'
import { explain } from '../../problems/explain.ts'
import type { SidecarStatus } from '../../running/sidecar-status.ts'
import { fetchSecret } from '../../secret-command/fetch-secret.ts'
import { tried } from '../../words/tried.ts'
import { milliseconds } from '../../words/units.ts'
import { failed, ok, type StepOutcome, type Subject, saidByRunning } from '../step.ts'
import { secretCommandStepWords } from '../words/secret-command-step-words.ts'

/**
 * Runs the command that prints the secret, as the user of `doctor`. Beside a running sidecar its last run is told instead: a run may
 * ask a person, or count somewhere.
 */
export async function secretCommand(subject: Subject): Promise<StepOutcome> {
  const { secretCommand: command, credentials: set, clientAuth } = subject.config
  const say = secretCommandStepWords()
  if (command === undefined) return { status: 'skipped', detail: say.notSet }
  const running = (await subject.ourSidecar())?.secretCommand
  if (running !== undefined) return ofRunning(running)
  if (subject.newToken === 'never') return { status: 'skipped', detail: say.notRun }
  const ended = await fetchSecret({ command, set, clientAuth, environment: subject.environment }).ended
  const run = { command: command.shown, ...thisUser(), took: milliseconds(ended.tookMs) }
  if ('stopped' in ended) throw new Error('nobody stops it')
  if ('failure' in ended) {
    const { happened, next } = explain(ended.failure, 'operator')
    return failed('configuration', say.failed(run, happened), next)
  }
  const { credentials, expiresAt } = ended
  subject.config = { ...subject.config, credentials }
  return ok(say.printed(run, expiresAt === undefined ? undefined : new Date(expiresAt).toISOString()))
}

/** A user of a container need not have a name. */
function thisUser() {
  return { user: tried(() => userInfo().username), uid: process.getuid?.() }
}

function ofRunning({ program, lastRunAt, tookMs, failing }: NonNullable<SidecarStatus['secretCommand']>): StepOutcome {
  if (failing !== undefined) return saidByRunning('configuration', failing)
  const say = secretCommandStepWords()
  if (lastRunAt === undefined) return ok(say.notYet(program))
  return ok(say.ranThere({ program, at: lastRunAt, took: tookMs === undefined ? undefined : milliseconds(tookMs) }))
}
