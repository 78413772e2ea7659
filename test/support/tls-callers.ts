// A listener with TLS that says whom it takes its callers for, and programs that show it certificates.
import { once } from 'node:events'
import { Agent, createServer, type RequestOptions, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { SecureVersion } from 'node:tls'
import type { CallersFile } from '../../src/callers/caller.ts'
import { parseCallers } from '../../src/callers/file/parse-callers.ts'
import { type ClientCa, setClientCa } from '../../src/callers/recognise/certificate.ts'
import { isNobodys, type Owner, recognise, setOwner } from '../../src/callers/recognise/recognise.ts'
import { isOf } from '../../src/problems/failure.ts'
import { ProblemError } from '../../src/problems/problem.ts'
import { dns, type Made, make, purposes } from './client-certificates.ts'
import type { Ending } from './sidecar.ts'

/** A callers file of this text, which has no problem. */
export function fileOf(text: string): CallersFile {
  const { sections, problems } = parseCallers(text, () => ({ flaw: 'is not looked up here' }))
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  return { path: '/etc/catapa-sidecar/callers', sections }
}

export type Listener = Awaited<ReturnType<typeof startTlsCallers>>

type Settings = {
  text: string
  /** The PEM of the CA for callers; undefined: no setting. */
  ca?: string | undefined
  owner?: Owner
  clock?: () => number
  maxVersion?: SecureVersion
  /** Lets TLS sessions be resumed, as the sidecar does not. */
  resumes?: boolean
}

/** As the sidecar's listener; a request with the header Leave loses its connection before it is judged. It asks for certificates, takes all, and leaves the verdict to `recognise`. */
export async function startTlsCallers(t: Ending, { text, ca, owner, clock, maxVersion, resumes = false }: Settings) {
  const ourCa = make({ cn: 'Our CA', ca: true })
  const own = make({ cn: 'localhost', issuer: ourCa, names: [dns('localhost')], use: [purposes.serverAuth] })
  const state = {
    file: fileOf(text),
    ca: { isCurrent: true } as ClientCa,
    handshakes: 0,
    verdicts: [] as string[],
    refusedHandshakes: [] as string[],
  }
  const server = createServer({
    ...{ key: own.keyPem, cert: own.pem, requestCert: true, rejectUnauthorized: false },
    ca: ca === undefined ? [] : [ca],
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(resumes ? { sessionIdContext: 'test' } : { secureOptions: 0x4000 /* SSL_OP_NO_TICKET */ }),
  })
  server.on('secureConnection', (socket) => {
    state.handshakes += 1
    if (ca !== undefined) setClientCa(socket, state.ca)
    if (owner !== undefined) setOwner(socket, owner)
  })
  server.on('tlsClientError', (error) => state.refusedHandshakes.push(Reflect.get(error, 'code') ?? error.message))
  server.on('request', async (incoming, answer) => {
    if (isNobodys(incoming.socket)) answer.setHeader('Connection', 'close')
    if (incoming.headers.leave !== undefined) incoming.socket.destroy()
    const verdict = await verdictOf(() => recognise(incoming, state.file, clock))
    state.verdicts.push(verdict)
    answer.end(JSON.stringify(verdict))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    serverCa: ourCa.pem,
    state,
    write(now: string): void {
      state.file = fileOf(now)
    },
    /** As the sidecar does once its file of client CAs has changed. */
    replaceCa(pem: string): void {
      state.ca.isCurrent = false
      state.ca = { isCurrent: true }
      server.setSecureContext({ key: own.keyPem, cert: own.pem, ca: pem })
    },
  }
}

/** Who was recognised and how, or `refused REASON`. */
async function verdictOf(work: () => ReturnType<typeof recognise>): Promise<string> {
  try {
    const { section, how } = await work()
    return `${section.name} by ${how}`
  } catch (error) {
    if (!(error instanceof ProblemError) || !isOf(error.failure, 'caller_unknown')) throw error
    const { shown, certificate } = error.failure.facts
    return `refused: ${certificate ?? shown}`
  }
}

type Shown = Pick<Made, 'pem' | 'keyPem'>

export type Program = Readonly<{
  shows?: Shown | undefined
  /** Further certificates that it sends. */
  chain?: readonly Shown[]
  headers?: Record<string, string>
  maxVersion?: SecureVersion
  agent?: Agent
}>

/** An agent that keeps its connection. It can use keys and digests that nobody should use any more. */
export function keepingAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 })
}

/** What such a program gets: the verdict, or `no handshake`. */
export async function ask(
  { port, serverCa }: Pick<Listener, 'port' | 'serverCa'>,
  program: Program = {},
): Promise<string> {
  const { shows, chain = [], headers = {}, maxVersion, agent } = program
  const options: RequestOptions = {
    ...{ host: '127.0.0.1', servername: 'localhost', port, ca: serverCa, headers },
    ...{ ciphers: 'DEFAULT@SECLEVEL=0', agent: agent ?? false },
    ...(shows === undefined ? {} : { cert: [shows, ...chain].map(({ pem }) => pem).join(''), key: shows.keyPem }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  }
  const asked = request(options)
  asked.end()
  try {
    const [answer] = await once(asked, 'response')
    let body = ''
    for await (const piece of answer) body += piece
    return JSON.parse(body)
  } catch (error) {
    // Its own fault would show nothing of the listener.
    if (
      error instanceof Error &&
      /key values mismatch|ERR_OSSL_ASN1|ERR_OSSL_X509|ERR_OSSL_PEM/.test(`${error} ${Reflect.get(error, 'code')}`)
    )
      throw error
    return 'no handshake'
  }
}
