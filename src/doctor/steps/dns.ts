import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../../files/errno.ts'
import { each, ok, type StepOutcome, type Subject, unreachable } from '../step.ts'
import { distinct, firstHop, type Peer, targets } from '../targets.ts'
import { dnsStepWords } from '../words/dns-step-words.ts'

/** Whether every name has an address. Behind a proxy only the proxy's own name is looked up here. */
export function dns({ config }: Subject): Promise<StepOutcome> {
  const peers = distinct(targets(config).map(firstHop))
  const names = peers.filter(({ host }, index) => peers.findIndex((other) => other.host === host) === index)
  const { base, token } = config.proxy
  const proxied = base !== undefined || token !== undefined
  return each(names, (peer) => resolve(peer, config.connectTimeoutMs, proxied))
}

async function resolve({ host, variable }: Peer, timeoutMs: number, proxied: boolean): Promise<StepOutcome> {
  const say = dnsStepWords()
  if (isIP(host) !== 0) return ok(say.address(host))
  try {
    const late = sleep(timeoutMs, undefined, { ref: false }).then(() => {
      throw Object.assign(new Error('time-out'), { code: 'EAI_AGAIN' })
    })
    const found = await Promise.race([lookup(host, { all: true }), late])
    return ok(say.found(host, found.map(({ address }) => address).join(', ')))
  } catch (error) {
    const happened = codeOf(error) === 'EAI_AGAIN' ? say.silent(host) : say.unknown(host)
    return unreachable(happened, say.check(variable, proxied))
  }
}
