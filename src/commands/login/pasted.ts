import { exitStatus } from '../../problems/exit-status.ts'
import { LoginFailure } from './login-failure.ts'
import { loginFailureWords } from './login-failure-words.ts'
import { loginWords } from './login-words.ts'
import type { Lines } from './read-line.ts'

/** Lines that are tried: a terminal breaks a pasted text at its line feeds. */
const mostTries = 3

/**
 * Reads the address that the browser ended on.
 *
 * @param say tells a person why a line is wrong, before the next try
 * @throws LoginFailure when the input ends, or when no line is an address
 */
export async function pastedAnswer(lines: Lines, state: string, say: (text: string) => void): Promise<URLSearchParams> {
  let tries = 0
  let flaw = ''
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    if (line.trim() === '') continue
    const found = parametersIn(line.trim(), state)
    if (typeof found !== 'string') return found
    flaw = found
    tries += 1
    if (tries === mostTries) break
    say(loginWords().pasteAgain(found))
  }
  if (tries > 0) throw new LoginFailure(flaw)
  throw new LoginFailure(loginFailureWords().nothingPasted, exitStatus.notInTime)
}

/** The parameters of a whole address or of its query alone; or why it is wrong. */
function parametersIn(line: string, state: string): URLSearchParams | string {
  const text = line.replace(/^[<"']|[>"']$/g, '')
  const query = text.includes('?') ? text.slice(text.indexOf('?') + 1) : text
  const parameters = new URLSearchParams(query.replace(/#.*$/, ''))
  const isAnswer = parameters.has('code') || parameters.has('error')
  if (!isAnswer && parameters.has('response_type')) {
    return loginFailureWords().thatIsTheLoginPage
  }
  if (!isAnswer || !parameters.has('state')) {
    return loginFailureWords().notWhole
  }
  if (parameters.getAll('state').length !== 1 || parameters.get('state') !== state) {
    return loginFailureWords().ofAnotherLogin
  }
  return parameters
}
