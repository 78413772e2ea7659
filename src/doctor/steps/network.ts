import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { stageOf, transportFacts } from '../../problems/transport.ts'
import { each, failed, type Outcome, ok, type Subject } from '../step.ts'
import { authority, distinct, firstHop, type Peer, targets } from '../targets.ts'

/** Whether every name has an address. Behind a proxy only the proxy's own name is looked up here. */
export function dns({ config }: Subject): Promise<Outcome> {
  const peers = distinct(targets(config).map(firstHop))
  const names = peers.filter(({ host }, index) => peers.findIndex((other) => other.host === host) === index)
  const { base, token } = config.proxy
  const hint =
    base === undefined && token === undefined
      ? ' Where only a proxy leads out, set HTTPS_PROXY: then the proxy looks names up.'
      : ''
  return each(names, (peer) => resolve(peer, config.connectTimeoutMs, hint))
}

async function resolve({ host, variable }: Peer, timeoutMs: number, hint: string): Promise<Outcome> {
  if (isIP(host) !== 0) return ok(`${host} is an address, there is no name to look up`)
  try {
    const late = sleep(timeoutMs, undefined, { ref: false }).then(() => {
      throw Object.assign(new Error('time-out'), { code: 'EAI_AGAIN' })
    })
    const found = await Promise.race([lookup(host, { all: true }), late])
    return ok(`${host} is ${found.map(({ address }) => address).join(', ')}`)
  } catch (error) {
    const silent = error instanceof Error && Reflect.get(error, 'code') === 'EAI_AGAIN'
    return failed(
      'unreachable',
      `the name ${host} could not be looked up${silent ? ': no name server answered' : ': it is not known'}`,
      `Check the spelling in ${variable}, and that this machine has a network and a name server.${hint}`,
    )
  }
}

/** Whether a connection can be made at all. */
export function tcp({ config }: Subject): Promise<Outcome> {
  return each(distinct(targets(config).map(firstHop)), (peer) => knock(peer, config.connectTimeoutMs))
}

function knock(peer: Peer, timeoutMs: number): Promise<Outcome> {
  return new Promise((done) => {
    const { host, port } = peer
    const socket = connect({ host, port })
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('time-out'), { code: 'ETIMEDOUT' })),
      timeoutMs,
    )
    socket.once('close', () => clearTimeout(timer))
    socket.once('connect', () => {
      const { remoteAddress = host } = socket
      socket.destroy()
      done(ok(`connected to ${authority({ ...peer, host: remoteAddress })}`))
    })
    socket.once('error', (error) => done(noConnection(peer, error)))
  })
}

function noConnection(peer: Peer, error: Error): Outcome {
  const facts = transportFacts(error)
  const firewall = `Let the firewall allow connections from this machine to ${authority(peer)}`
  const remedy =
    stageOf(facts) === 'timeout'
      ? `${firewall}, or set HTTPS_PROXY if this network has a proxy. A firewall that drops packets looks like this.`
      : `Check host and port in ${peer.variable}. If they are right: ${firewall[0]?.toLowerCase()}${firewall.slice(1)}.`
  return failed('unreachable', `no connection to ${authority(peer)}: ${because(facts)}`, remedy)
}
