import { flawed, foreignTo } from '../../login/judge-login.ts'
import { loginPath, readLogin } from '../../login/login-file.ts'
import { explain } from '../../problems/explain.ts'
import type { LoginFlaw } from '../../problems/failure.ts'
import { failed, ok, type StepOutcome, type Subject, saidByRunning } from '../step.ts'
import { loginStepWords } from '../words/login-step-words.ts'

/** Whether a person has logged in, and who. A running sidecar, which may be another user's, is asked for its login. */
export async function login({ config, ourSidecar }: Subject): Promise<StepOutcome> {
  const used = (await ourSidecar())?.login
  if (used !== undefined) {
    const { as, since, problem } = used
    return problem === undefined
      ? ok(loginStepWords().usedByRunning({ name: as, since: day(since) }))
      : saidByRunning('credentials', problem)
  }
  const { stateDir, credentials, tokenUrl } = config
  const path = loginPath(stateDir)
  const reading = await readLogin(stateDir)
  if ('flaw' in reading) return refused(reading.flaw)
  const foreign = foreignTo(path, reading.login, { ...credentials, tokenUrl: tokenUrl.href })
  if (foreign !== undefined) return refused(foreign)
  const { who, since } = reading.login
  return ok(loginStepWords().inFile(path, { name: who?.name, since: day(since) }))
}

function refused(flaw: LoginFlaw): StepOutcome {
  const { happened, next } = explain(flawed(flaw), 'operator')
  return failed('credentials', happened, next)
}

function day(iso: string | undefined): string | undefined {
  return iso?.slice(0, 10)
}
