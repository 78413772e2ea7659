import { exitStatus } from '../../problems/exit-status.ts'
import type { Person } from './ask-who.ts'
import { LoginFailure } from './login-failure.ts'
import { loginFailureWords } from './login-failure-words.ts'
import { loginWords } from './login-words.ts'
import type { Lines } from './read-line.ts'

/**
 * Asks whether the right person has logged in. Anybody who sees the address of a login can log in with another account, and
 * every program of this machine can see it in the arguments of the browser.
 *
 * @param who the person, or why the person is not known
 * @throws LoginFailure without a yes
 */
export async function confirm(
  who: Person | string,
  tenant: string,
  lines: Lines,
  say: (text: string) => void,
): Promise<void> {
  say(loginWords().question(typeof who === 'string' ? who : { name: who.name, called: called(who) }, tenant))
  // Of earlier lines only a yes counts: a pasted address may bring blank lines along.
  const answer = lines.soFar().find(isYes) ?? (await lines.next())
  if (answer === undefined) {
    throw new LoginFailure(loginFailureWords().inputEnded, exitStatus.notInTime)
  }
  if (isYes(answer)) return
  throw new LoginFailure(loginFailureWords().notConfirmed)
}

/** Compares the person with --as. @throws LoginFailure for another person, or if the person is not known */
export function check(who: Person | string, expected: string): void {
  if (typeof who === 'string') throw new LoginFailure(loginFailureWords().personUnknown(who), exitStatus.unreachable)
  if ([who.name, who.account, who.id].includes(expected)) return
  throw new LoginFailure(loginFailureWords().otherPerson(called(who)))
}

/** With the account as well: two people can have one name. */
function called({ name, account }: Person): string {
  return account === undefined ? name : `${name} (${account})`
}

/** In either language: whoever reads one may be used to the other. */
function isYes(line: string): boolean {
  return /^\s*y(es|a)?\s*$/i.test(line)
}
