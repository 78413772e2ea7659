import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Where users are looked up. */
type Places = Readonly<{ passwd: string; getent: string; timeoutMs: number }>

const ofSystem: Places = { passwd: '/etc/passwd', getent: 'getent', timeoutMs: 2000 }

/** The highest: one more is "no user" to the kernel. */
const lastUser = 2 ** 32 - 2

/**
 * The number of a Linux user (design/promises 8.2): digits are a number already, a name is looked up in /etc/passwd and
 * then, for LDAP and the like, by getent. Or what is the matter, to follow "line 7: ".
 */
export function linuxUser(name: string, places: Places = ofSystem): number | { flaw: string } {
  const unknown = { flaw: 'names a user that this system does not know; a number is taken as it is' }
  if (/^\d+$/.test(name)) return Number(name) <= lastUser ? Number(name) : unknown
  // A sign would make an option of it, or a number.
  if (/^[-+]|[:\p{Cc}]/u.test(name)) return unknown
  const listed = numberIn(passwdOf(places), name)
  if (listed !== undefined) return listed
  const asked = askGetent(name, places)
  if (asked === 'late')
    return { flaw: 'names a user that could not be looked up: getent passwd did not answer in time' }
  return numberIn(asked, name) ?? unknown
}

function passwdOf({ passwd }: Places): string {
  try {
    return readFileSync(passwd, 'utf8')
  } catch {
    return ''
  }
}

function askGetent(name: string, { getent, timeoutMs }: Places): string {
  try {
    return execFileSync(getent, ['passwd', name], {
      encoding: 'utf8',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch (error) {
    // Else it knows no such user, or there is no getent.
    return error instanceof Error && Reflect.get(error, 'code') === 'ETIMEDOUT' ? 'late' : ''
  }
}

/** passwd(5): `name:password:number:…`. */
function numberIn(passwd: string, name: string): number | undefined {
  for (const line of passwd.split('\n')) {
    const [known, , number = ''] = line.split(':')
    if (known === name && /^\d+$/.test(number)) return Number(number)
  }
  return undefined
}
