import { words } from '../../words/language.ts'

/** A person who has logged in; `called`: with the account as well. */
type Known = Readonly<{ name: string; called: string }>

/** What a login says on the terminal. `who` is the person, or a clause that says why the person is not known. */
export const loginWords = words('loginWords', {
  /** `unattended`: nobody could answer the question at its end. `paste`: by --paste, not for want of a listener. */
  invitation: ({ url, redirectUri, listening, paste, unattended }: Invitation) => {
    const beforehand = unattended
      ? `Standard input is no terminal. At the end it has to answer whether the right person has logged in. If it cannot, name
the person beforehand: --as NAME.
`
      : ''
    const open = `Open this address in a browser and log in to CATAPA as the person on whose behalf calls are to be made:

  ${url}

${beforehand}`
    if (listening) {
      return `${open}Waiting, 5 minutes at most, until the browser comes back to ${redirectUri} on this machine.
(Is the browser on another machine? End this with Ctrl-C and run login --paste. Does the page complain of the redirect URI?
CATAPA_REDIRECT_URI has to be the redirect URI that is registered with the client, to the letter.)
`
    }
    const why = paste ? '' : `${redirectUri} does not lead to this machine, so you have to bring the answer here. `
    return `${open}${why}In the end the browser goes to an address that begins with
${redirectUri}. An error page there is fine.
Copy that whole address and paste it here, within 5 minutes:
`
  },
  pasteAgain: (flaw: string) => `${flaw} Paste it again:`,
  question: (who: Known | string, tenant: string) => {
    const [said, as] =
      typeof who === 'string'
        ? [`Somebody has logged in, but the name is not known: ${who}.`, 'that person']
        : [`${who.called} has logged in, in the tenant ${tenant}.`, who.name]
    return `\n${said}\nIt can be another person than you meant: anybody who saw the address could use it.\nStore this login, and make calls as ${as}? [y/N] `
  },
  /** `used`: the sidecar's grant is that of a person. */
  conclusion: (who: Readonly<{ name: string }> | string, tenant: string, path: string, used: boolean) => {
    const as =
      typeof who === 'string'
        ? `Logged in, in the tenant ${tenant}. The name is not known: ${who}.`
        : `Logged in as ${who.name}, in the tenant ${tenant}.`
    const use = used
      ? 'A running sidecar uses it within 5 seconds.'
      : 'The sidecar does not use it yet: with CATAPA_GRANT=client_credentials it makes calls as the client itself.\nSet CATAPA_GRANT=authorization_code and restart the sidecar.'
    return `\n${as}\nThe login is in ${path}. Anybody who can read that file can act as this person.\n${use}\n`
  },
  // Why the person is not known.
  askedInVain: (status: number) => `/v1/users/me answered with status ${status}`,
  namesNobody: 'the answer of /v1/users/me names no person',
  notReached: (because: string) => `/v1/users/me could not be reached: ${because}`,

  otherClient: 'the running sidecar works for another tenant or client: it will not use this login.',
  forgotten: (path: string) =>
    `The login in ${path} is forgotten. CATAPA was not told: there, access ends when it is withdrawn.\n`,
  noLogin: (folder: string) => `There is no login in ${folder}.\n`,
  otherFolder: (why: string) => `the login of the running sidecar is another one. ${why}`,
})

type Invitation = Readonly<{
  url: string
  redirectUri: string
  listening: boolean
  paste: boolean
  unattended: boolean
}>
