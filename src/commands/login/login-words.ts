import type { Config } from '../../settings/config.ts'
import type { Person } from './ask-who.ts'

/** How a person logs in: by a redirect or by pasting; `as` is the expected person (--as). */
type Way = Readonly<{ listening: boolean; paste: boolean; as: string | undefined }>

const unattended = `Standard input is no terminal. At the end it has to answer whether the right person has logged in. If it cannot, name
the person beforehand: --as NAME.
`

/** The address to open, and how the answer comes back. */
export function invitation(url: string, config: Config, { listening, paste, as }: Way): string {
  const open = `Open this address in a browser and log in to CATAPA as the person on whose behalf calls are to be made:

  ${url}

${as === undefined && process.stdin.isTTY !== true ? unattended : ''}`
  if (listening) {
    return `${open}Waiting, 5 minutes at most, until the browser comes back to ${config.redirectUri} on this machine.
(Is the browser on another machine? End this with Ctrl-C and run login --paste. Does the page complain of the redirect URI?
CATAPA_REDIRECT_URI has to be the redirect URI that is registered with the client, to the letter.)
`
  }
  const why = paste ? '' : `${config.redirectUri} does not lead to this machine, so you have to bring the answer here. `
  return `${open}${why}In the end the browser goes to an address that begins with
${config.redirectUri}. An error page there is fine.
Copy that whole address and paste it here, within 5 minutes:
`
}

/** The login that was stored, and how it is used. */
export function conclusion(who: Person | string, path: string, { grant, credentials }: Config): string {
  const as =
    typeof who === 'string'
      ? `Logged in, in the tenant ${credentials.tenant}. The name is not known: ${who}.`
      : `Logged in as ${who.name}, in the tenant ${credentials.tenant}.`
  const use =
    grant === 'authorization_code'
      ? 'A running sidecar uses it within 5 seconds.'
      : 'The sidecar does not use it yet: with CATAPA_GRANT=client_credentials it makes calls as the client itself.\nSet CATAPA_GRANT=authorization_code and restart the sidecar.'
  return `\n${as}\nThe login is in ${path}. Anybody who can read that file can act as this person.\n${use}\n`
}
