import { exitStatus } from '../../problems/exit-status.ts'
import type { Person } from './ask-who.ts'
import { LoginFailure } from './login-failure.ts'
import type { Lines } from './read-line.ts'

const nothing = 'Nothing was stored, and a login that was there before stays.'

/**
 * Whoever sees the address of a login can open it and log in himself, and every program of this machine can see it in
 * the arguments of the browser. So somebody here has to say that this is the right person.
 *
 * @param who the person, or why that could not be learned
 * @throws LoginFailure when it is not said
 */
export async function confirm(
  who: Person | string,
  tenant: string,
  lines: Lines,
  say: (text: string) => void,
): Promise<void> {
  say(question(who, tenant))
  // Of what came before the question only a yes counts: a pasted address may bring blank lines along.
  const answer = lines.soFar().find(isYes) ?? (await lines.next())
  if (answer === undefined) {
    throw new LoginFailure(
      `Standard input ended before anybody said whether that is right. ${nothing} Run login in a terminal, or say beforehand who it is to be: --as NAME.`,
      exitStatus.notInTime,
    )
  }
  if (isYes(answer)) return
  throw new LoginFailure(
    `That was not confirmed. ${nothing} If it was somebody else, the address was seen by others: with --no-browser it is printed here only.`,
  )
}

/** The same, said beforehand. @throws LoginFailure when it is another person, or nobody knows who */
export function check(who: Person | string, expected: string): void {
  if (typeof who === 'string') {
    throw new LoginFailure(
      `Who has logged in could not be learned, so it may not be whom --as names: ${who}. ${nothing}`,
      exitStatus.unreachable,
    )
  }
  if ([who.name, who.account, who.id].includes(expected)) return
  throw new LoginFailure(`${called(who)} has logged in, which is not whom --as names. ${nothing}`)
}

function question(who: Person | string, tenant: string): string {
  const [said, as] =
    typeof who === 'string'
      ? [`Somebody has logged in, and who could not be learned: ${who}.`, 'whoever it was']
      : [`${called(who)} has logged in, in the tenant ${tenant}.`, who.name]
  return `\n${said}\nIt can be another person than you meant: whoever saw the address could use it.\nStore this login, and make calls as ${as}? [y/N] `
}

/** By name, and by what they log in with: two people can have one name. */
function called({ name, account }: Person): string {
  return account === undefined ? name : `${name} (${account})`
}

function isYes(line: string): boolean {
  return /^\s*y(es)?\s*$/i.test(line)
}
