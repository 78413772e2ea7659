import { exitStatus } from '../../problems/exit-status.ts'
import type { Person } from './ask-who.ts'
import { LoginFailure } from './login-failure.ts'
import type { Lines } from './read-line.ts'

const nothing = 'Nothing was stored; an earlier login stays.'

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
  say(question(who, tenant))
  // Of earlier lines only a yes counts: a pasted address may bring blank lines along.
  const answer = lines.soFar().find(isYes) ?? (await lines.next())
  if (answer === undefined) {
    throw new LoginFailure(
      `Standard input ended before the question was answered. ${nothing} Run login in a terminal, or name the person beforehand: --as NAME.`,
      exitStatus.notInTime,
    )
  }
  if (isYes(answer)) return
  throw new LoginFailure(
    `The login was not confirmed. ${nothing} If somebody else has logged in, others have seen the address: with --no-browser it is printed here only.`,
  )
}

/** Compares the person with --as. @throws LoginFailure for another person, or if the person is not known */
export function check(who: Person | string, expected: string): void {
  if (typeof who === 'string') {
    throw new LoginFailure(
      `The person who has logged in is not known, and may not be the one that --as names: ${who}. ${nothing}`,
      exitStatus.unreachable,
    )
  }
  if ([who.name, who.account, who.id].includes(expected)) return
  throw new LoginFailure(`${called(who)} has logged in, which is not the person that --as names. ${nothing}`)
}

function question(who: Person | string, tenant: string): string {
  const [said, as] =
    typeof who === 'string'
      ? [`Somebody has logged in, but the name is not known: ${who}.`, 'that person']
      : [`${called(who)} has logged in, in the tenant ${tenant}.`, who.name]
  return `\n${said}\nIt can be another person than you meant: anybody who saw the address could use it.\nStore this login, and make calls as ${as}? [y/N] `
}

/** With the account as well: two people can have one name. */
function called({ name, account }: Person): string {
  return account === undefined ? name : `${name} (${account})`
}

function isYes(line: string): boolean {
  return /^\s*y(es)?\s*$/i.test(line)
}
