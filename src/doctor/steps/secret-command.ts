import { userInfo } from 'node:os'
import { explain } from '../../problems/explain.ts'
import type { SidecarStatus } from '../../running/sidecar-status.ts'
import { fetchSecret } from '../../secret-command/fetch-secret.ts'
import { tried } from '../../words/tried.ts'
import { milliseconds } from '../../words/units.ts'
import { failed, ok, type StepOutcome, type Subject, saidByRunning } from '../step.ts'

/**
 * Runs the command that prints the secret, as the user of `doctor`. Beside a running sidecar its last run is told instead: a run may
 * ask a person, or count somewhere.
 */
export async function secretCommand(subject: Subject): Promise<StepOutcome> {
  const { secretCommand: command, credentials: set, clientAuth } = subject.config
  if (command === undefined) return { status: 'skipped', detail: 'not tried, because no command is set' }
  const running = (await subject.ourSidecar())?.secretCommand
  if (running !== undefined) return ofRunning(running)
  if (subject.newToken === 'never')
    return { status: 'skipped', detail: 'not run, since nothing is asked for that no sidecar has' }
  const ended = await fetchSecret({ command, set, clientAuth, environment: subject.environment }).ended
  const how = `${command.shown} ran ${asWhom()} for ${milliseconds(ended.tookMs)}`
  if ('stopped' in ended) throw new Error('nobody stops it')
  if ('failure' in ended) {
    const { happened, next } = explain(ended.failure, 'operator')
    return failed('configuration', `${how}: ${happened}`, next)
  }
  const { credentials, expiresAt } = ended
  subject.config = { ...subject.config, credentials }
  const expires = expiresAt === undefined ? '' : `, which expires at ${new Date(expiresAt).toISOString()}`
  return ok(`${how} and printed the secret${expires}`)
}

/** A user of a container need not have a name. */
function asWhom(): string {
  const name = tried(() => userInfo().username)
  return name === undefined ? `as user ${process.getuid?.()}` : `as ${name}`
}

function ofRunning({ program, lastRunAt, tookMs, failing }: NonNullable<SidecarStatus['secretCommand']>): StepOutcome {
  if (failing !== undefined) return saidByRunning('configuration', failing)
  if (lastRunAt === undefined) return ok(`the running sidecar has not run ${program} yet (--new-token runs it here)`)
  const took = tookMs === undefined ? '' : `, for ${milliseconds(tookMs)}`
  return ok(`the running sidecar ran ${program} at ${lastRunAt}${took}; not run again (--new-token)`)
}
