import type { Config } from '../../settings/config.ts'
import type { Person } from './ask-who.ts'

/** How somebody logs in: by a redirect that is listened to or by pasting; as whom, if that was said beforehand. */
type Way = Readonly<{ listening: boolean; paste: boolean; as: string | undefined }>

const unattended = `Standard input is no terminal. In the end it has to say yes to the person who has logged in; where nobody can, say
beforehand who it is to be: --as NAME.
`

/** Where to go, and how the answer comes back. */
export function invitation(url: string, config: Config, { listening, paste, as }: Way): string {
  const open = `Open this address in a browser and log in to CATAPA as the person on whose behalf calls are to be made:

  ${url}

${as === undefined && process.stdin.isTTY !== true ? unattended : ''}`
  if (listening) {
    return `${open}Waiting, 5 minutes at most, until the browser comes back to ${config.redirectUri} on this machine.
(Is the browser on another machine? End this with Ctrl-C and run login --paste. Does the page complain of the redirect URI?
CATAPA_REDIRECT_URI has to be what is registered with the client, to the letter.)
`
  }
  const why = paste ? '' : `${config.redirectUri} does not lead to this machine, so you have to bring the answer here. `
  return `${open}${why}In the end the browser goes to an address that begins with
${config.redirectUri}, where it may find nothing: that is fine.
Copy that whole address and paste it here, within 5 minutes:
`
}

/** What has been stored, and who uses it. */
export function conclusion(who: Person | string, path: string, { grant, credentials }: Config): string {
  const as =
    typeof who === 'string'
      ? `Logged in, in the tenant ${credentials.tenant}. As whom could not be learned: ${who}.`
      : `Logged in as ${who.name}, in the tenant ${credentials.tenant}.`
  const use =
    grant === 'authorization_code'
      ? 'A running sidecar uses it within 5 seconds.'
      : 'The sidecar does not use it yet: with CATAPA_GRANT=client_credentials it makes calls as the client itself.\nSet CATAPA_GRANT=authorization_code and restart the sidecar.'
  return `\n${as}\nThe login is in ${path}. Whoever can read that file can act as this person.\n${use}\n`
}
