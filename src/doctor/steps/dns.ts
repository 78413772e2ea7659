import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../../files/errno.ts'
import { each, ok, type StepOutcome, type Subject, unreachable } from '../step.ts'
import { distinct, firstHop, type Peer, targets } from '../targets.ts'

/** Whether every name has an address. Behind a proxy only the proxy's own name is looked up here. */
export function dns({ config }: Subject): Promise<StepOutcome> {
  const peers = distinct(targets(config).map(firstHop))
  const names = peers.filter(({ host }, index) => peers.findIndex((other) => other.host === host) === index)
  const { base, token } = config.proxy
  const hint =
    base === undefined && token === undefined
      ? ' If only a proxy leads out of this network, set HTTPS_PROXY: then the proxy looks names up.'
      : ''
  return each(names, (peer) => resolve(peer, config.connectTimeoutMs, hint))
}

async function resolve({ host, variable }: Peer, timeoutMs: number, hint: string): Promise<StepOutcome> {
  if (isIP(host) !== 0) return ok(`${host} is an address, there is no name to look up`)
  try {
    const late = sleep(timeoutMs, undefined, { ref: false }).then(() => {
      throw Object.assign(new Error('time-out'), { code: 'EAI_AGAIN' })
    })
    const found = await Promise.race([lookup(host, { all: true }), late])
    return ok(`${host} is ${found.map(({ address }) => address).join(', ')}`)
  } catch (error) {
    const silent = codeOf(error) === 'EAI_AGAIN'
    return unreachable(
      `the name ${host} could not be looked up${silent ? ': no name server answered' : ': it is not known'}`,
      `Check the spelling in ${variable}, and that this machine has a network and a name server.${hint}`,
    )
  }
}
