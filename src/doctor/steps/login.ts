import { flawed, foreignTo } from '../../login/judge-login.ts'
import { loginPath, readLogin } from '../../login/login-file.ts'
import { explain } from '../../problems/explain.ts'
import type { LoginFlaw } from '../../problems/failure.ts'
import { failed, ok, type StepOutcome, type Subject, saidByRunning } from '../step.ts'

/** Whether a person has logged in, and who. A running sidecar, which may be another user's, is asked for its login. */
export async function login({ config, ourSidecar }: Subject): Promise<StepOutcome> {
  const used = (await ourSidecar())?.login
  if (used !== undefined) {
    const { as, since, problem } = used
    return problem === undefined
      ? found('the running sidecar uses that of', as, since)
      : saidByRunning('credentials', problem)
  }
  const { stateDir, credentials, tokenUrl } = config
  const path = loginPath(stateDir)
  const reading = await readLogin(stateDir)
  if ('flaw' in reading) return refused(reading.flaw)
  const foreign = foreignTo(path, reading.login, { ...credentials, tokenUrl: tokenUrl.href })
  if (foreign !== undefined) return refused(foreign)
  return found(`${path} is that of`, reading.login.who?.name, reading.login.since)
}

function refused(flaw: LoginFlaw): StepOutcome {
  const { happened, next } = explain(flawed(flaw), 'operator')
  return failed('credentials', happened, next)
}

function found(whose: string, name: string | undefined, since: string | undefined): StepOutcome {
  return ok(
    `${whose} ${name ?? 'a person whose name is not known'}, logged in ${since?.slice(0, 10) ?? 'some time ago'}`,
  )
}
