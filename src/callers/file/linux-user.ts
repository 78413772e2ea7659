import { execFile, execFileSync, type StdioOptions } from 'node:child_process'
import { promisify } from 'node:util'
import { textOrNothing } from '../../files/open-file.ts'
import { callerRuleWords } from './caller-rule-words.ts'
import type { UserOf } from './section-rules.ts'

/** Where users are looked up, and for how long at most. */
type Places = Readonly<{ passwd: string; getent: string; timeoutMs: number }>

const ofSystem: Places = { passwd: '/etc/passwd', getent: 'getent', timeoutMs: 2000 }

/** The highest user id: the next one means "no user" to the kernel. */
const lastUser = 2 ** 32 - 2

/**
 * The ids of Linux users (design/promises 8.2): digits are an id already; names are looked up in /etc/passwd and then, for
 * LDAP and the like, by one call of getent. A flaw is worded to follow "line 7: ".
 */
export function linuxUsers(names: Iterable<string>, places: Places = ofSystem): UserOf {
  const { listed, unlisted } = inFile(names, places)
  return userOf(listed, unlisted.length === 0 ? '' : askGetent(unlisted, places))
}

/** As linuxUsers, without blocking while getent runs. */
export async function linuxUsersAside(names: Iterable<string>, places: Places = ofSystem): Promise<UserOf> {
  const { listed, unlisted } = inFile(names, places)
  return userOf(listed, unlisted.length === 0 ? '' : await askGetentAside(unlisted, places))
}

/** @param asked the output of getent; undefined where it did not end in time */
function userOf(listed: ReadonlyMap<string, number>, asked: string | undefined): UserOf {
  const found = asked === undefined ? undefined : numbersIn(asked)
  return (name) => {
    const unknown = { flaw: callerRuleWords().unknownUser }
    if (/^\d+$/.test(name)) return Number(name) <= lastUser ? Number(name) : unknown
    if (!isName(name)) return unknown
    const number = listed.get(name) ?? found?.get(name)
    if (number === undefined && found === undefined) {
      return { flaw: callerRuleWords().userNotInTime }
    }
    return number ?? unknown
  }
}

/** getent would take a name with a leading sign for an option or a number. */
function isName(name: string): boolean {
  return !/^\d+$|^[-+]|[:\p{Cc}]/u.test(name)
}

function inFile(names: Iterable<string>, { passwd }: Places) {
  const listed = numbersIn(textOrNothing(passwd)) // getent may know the names.
  return { listed, unlisted: [...new Set(names)].filter((name) => isName(name) && !listed.has(name)) }
}

function optionsOf({ timeoutMs }: Places) {
  return { encoding: 'utf8', timeout: timeoutMs, killSignal: 'SIGKILL' } as const
}

function askGetent(names: readonly string[], places: Places): string | undefined {
  try {
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore']
    return execFileSync(places.getent, ['passwd', ...names], { ...optionsOf(places), stdio })
  } catch (error) {
    return whatItFound(error)
  }
}

async function askGetentAside(names: readonly string[], places: Places): Promise<string | undefined> {
  const asked = promisify(execFile)(places.getent, ['passwd', ...names], optionsOf(places))
  asked.child.stdin?.end()
  return asked.then(({ stdout }) => stdout, whatItFound)
}

/**
 * getent ends with 2 where it does not know one of the names; with anything else it failed or is missing. The error has that number
 * as `status` or, from a call aside, as `code`. @returns undefined where it did not end in time
 */
function whatItFound(error: unknown): string | undefined {
  const { code, killed, status = code, stdout }: Partial<Record<string, unknown>> = { ...Object(error) }
  if (code === 'ETIMEDOUT' || killed === true) return undefined
  return status === 2 && typeof stdout === 'string' ? stdout : ''
}

/** passwd(5): `name:password:number:…`. The first line of a name counts. */
function numbersIn(passwd: string): Map<string, number> {
  const numbers = new Map<string, number>()
  for (const line of passwd.split('\n')) {
    const [name = '', , number = ''] = line.split(':')
    if (/^\d+$/.test(number) && !numbers.has(name)) numbers.set(name, Number(number))
  }
  return numbers
}
