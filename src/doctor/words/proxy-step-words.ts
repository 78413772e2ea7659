import { words } from '../../words/language.ts'

export const proxyStepWords = words('proxyStepWords', {
  leads: (proxy: string, goal: string) => `${proxy} leads to ${goal}`,
  notSet: (host: string) => `none is set, ${host} is reached directly`,
  notApplied: (variable: string, host: string) =>
    `${variable} is set, but does not apply to ${host}, which is reached directly`,
  failed: (proxy: string, because: string) => `${proxy} does not work as a proxy: ${because}`,
  check: (variable: string, hostname: string) =>
    `Check ${variable}: its scheme is mostly http://, also for https: targets. To reach ${hostname} directly, name it in NO_PROXY.`,
  refuses: (proxy: string, goal: string, status: number) => `${proxy} refuses to connect to ${goal} (status ${status})`,
  allow: (goal: string) =>
    `Ask the administrators of the proxy to allow CONNECT to ${goal}, or set NO_PROXY if there is a direct way.`,
  wrongUser: (proxy: string, variable: string) => `${proxy} does not accept the user and password of ${variable}`,
  noUser: (proxy: string) => `${proxy} wants a user and password`,
  putUser: (variable: string) =>
    `Put them into ${variable} as http://user:password@host:port; special characters are percent-encoded, "@" is %40.`,
  /** Schemes of RFC 9110; none where the proxy named none that is known. */
  unsupported: (proxy: string, schemes: readonly string[]) =>
    `${proxy} wants ${schemes.length > 0 ? schemes.join(' or ') : 'a kind of login'}, which is not supported`,
  smallProxy: (variable: string, goal: string) =>
    `Run a small proxy on this machine that speaks it (cntlm or Px, for example) and name that one in ${variable}; or ask for a way to ${goal} without a login.`,
})
