import { ProxyRefusedError, tunnel } from '../../network/connection.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { transportFacts } from '../../problems/transport.ts'
import { settingValues } from '../../settings/setting-values.ts'
import { readSources } from '../../settings/sources.ts'
import { each, ok, type StepOutcome, type Subject, unreachable } from '../step.ts'
import { authority, destination, firstHop, type NeededEndpoint, proxyVariable, targets } from '../targets.ts'
import { proxyStepWords } from '../words/proxy-step-words.ts'

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
    return ok(proxyStepWords().leads(name, goal))
  } catch (error) {
    const variable = proxyVariable(url)
    if (error instanceof ProxyRefusedError)
      return refusal(error, { name, goal, variable, hasLogin: proxy.username !== '' })
    const { atProxy: _, ...facts } = transportFacts(error)
    const say = proxyStepWords()
    return unreachable(say.failed(name, because(facts)), say.check(variable, url.hostname))
  }
}

function direct(url: URL, { environment, configPath }: Subject): string {
  const variable = proxyVariable(url)
  const set = settingValues(readSources(environment, configPath, () => {})).has(variable)
  return set ? proxyStepWords().notApplied(variable, url.host) : proxyStepWords().notSet(url.host)
}

/** Schemes that may be repeated; a proxy could send any text. */
const knownSchemes = ['NTLM', 'Negotiate', 'Kerberos', 'Digest', 'Bearer']

type Refusing = { name: string; goal: string; variable: string; hasLogin: boolean }

function refusal({ status, schemes }: ProxyRefusedError, { name, goal, variable, hasLogin }: Refusing): StepOutcome {
  const say = proxyStepWords()
  if (status !== 407) return unreachable(say.refuses(name, goal, status), say.allow(goal))
  const offered = schemes.map((scheme) => scheme.toLowerCase())
  if (offered.length === 0 || offered.includes('basic')) {
    return unreachable(hasLogin ? say.wrongUser(name, variable) : say.noUser(name), say.putUser(variable))
  }
  const named = knownSchemes.filter((scheme) => offered.includes(scheme.toLowerCase()))
  return unreachable(say.unsupported(name, named), say.smallProxy(variable, goal))
}
