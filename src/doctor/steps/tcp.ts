import { connect } from 'node:net'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { stageOf, transportFacts } from '../../problems/transport.ts'
import { each, ok, type StepOutcome, type Subject, unreachable } from '../step.ts'
import { authority, distinct, firstHop, type Peer, targets } from '../targets.ts'
import { tcpStepWords } from '../words/tcp-step-words.ts'

/** Whether a connection can be made at all. */
export function tcp({ config }: Subject): Promise<StepOutcome> {
  return each(distinct(targets(config).map(firstHop)), (peer) => knock(peer, config.connectTimeoutMs))
}

function knock(peer: Peer, timeoutMs: number): Promise<StepOutcome> {
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
      done(ok(tcpStepWords().connected(authority({ ...peer, host: remoteAddress }))))
    })
    socket.once('error', (error) => done(noConnection(peer, error)))
  })
}

function noConnection(peer: Peer, error: Error): StepOutcome {
  const facts = transportFacts(error)
  const say = tcpStepWords()
  const address = authority(peer)
  const remedy = stageOf(facts) === 'timeout' ? say.dropped(address) : say.check(peer.variable, address)
  return unreachable(say.failed(address, because(facts)), remedy)
}
