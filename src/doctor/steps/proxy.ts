import { ProxyRefusedError, tunnel } from '../../network/connection.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { transportFacts } from '../../problems/transport.ts'
import { settingValues } from '../../settings/setting-values.ts'
import { readSources } from '../../settings/sources.ts'
import { each, ok, type StepOutcome, type Subject, unreachable } from '../step.ts'
import { authority, destination, firstHop, type NeededEndpoint, proxyVariable, targets } from '../targets.ts'

/** Whether the corporate proxy, if there is one, lets us connect. */
export function proxy(subject: Subject): Promise<StepOutcome> {
  return each(targets(subject.config), (target) => through(target, subject))
}

async function through(target: NeededEndpoint, subject: Subject): Promise<StepOutcome> {
  const { url, proxy } = target
  const goal = authority(destination(target))
  if (proxy === undefined) return ok(direct(url, subject))
  const name = authority(firstHop(target))
  try {
    const verified = { secureContext: subject.secureContext, rejectUnauthorized: true } as const
    const socket = await tunnel(proxy, goal, verified, subject.config.connectTimeoutMs)
    socket.destroy()
    return ok(`${name} leads to ${goal}`)
  } catch (error) {
    const variable = proxyVariable(url)
    if (error instanceof ProxyRefusedError)
      return refusal(error, { name, goal, variable, hasLogin: proxy.username !== '' })
    const { atProxy: _, ...facts } = transportFacts(error)
    return unreachable(
      `${name} does not work as a proxy: ${because(facts)}`,
      `Check ${variable}: its scheme is mostly http://, also for https: targets. To reach ${url.hostname} directly, name it in NO_PROXY.`,
    )
  }
}

function direct(url: URL, { environment, configPath }: Subject): string {
  const variable = proxyVariable(url)
  const set = settingValues(readSources(environment, configPath, () => {})).has(variable)
  if (!set) return `none is set, ${url.host} is reached directly`
  return `${variable} is set, but does not apply to ${url.host}, which is reached directly`
}

/** Schemes that may be repeated; a proxy could send any text. */
const knownSchemes = ['NTLM', 'Negotiate', 'Kerberos', 'Digest', 'Bearer']

type Refusing = { name: string; goal: string; variable: string; hasLogin: boolean }

function refusal({ status, schemes }: ProxyRefusedError, { name, goal, variable, hasLogin }: Refusing): StepOutcome {
  if (status !== 407) {
    return unreachable(
      `${name} refuses to connect to ${goal} (status ${status})`,
      `Ask the administrators of the proxy to allow CONNECT to ${goal}, or set NO_PROXY if there is a direct way.`,
    )
  }
  const offered = schemes.map((scheme) => scheme.toLowerCase())
  if (offered.length === 0 || offered.includes('basic')) {
    const detail = hasLogin
      ? `${name} does not accept the user and password of ${variable}`
      : `${name} wants a user and password`
    return unreachable(
      detail,
      `Put them into ${variable} as http://user:password@host:port; special characters are percent-encoded, "@" is %40.`,
    )
  }
  const named = knownSchemes.filter((scheme) => offered.includes(scheme.toLowerCase()))
  const wanted = named.length > 0 ? named.join(' or ') : 'a kind of login'
  return unreachable(
    `${name} wants ${wanted}, which is not supported`,
    `Run a small proxy on this machine that speaks it (cntlm or Px, for example) and name that one in ${variable}; or ask for a way to ${goal} without a login.`,
  )
}
