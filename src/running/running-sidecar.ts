import { connect } from 'node:net'
import { errorCode } from '../files/errno.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { nameOf } from '../settings/listen-address.ts'
import { readAdminConfig } from '../settings/read-admin-config.ts'
import { printable } from '../words/printable.ts'
import { asDialled, type Dial, dialsOf } from './dial.ts'
import { probeWords } from './probe-words.ts'

/** `status` is undefined without an answer; `sentence` is for people. */
export type ProbeAnswer = { status: number | undefined; sentence: string }

const mostBytes = 4096

/**
 * Finds the admin listener by SIDECAR_ADMIN_LISTEN alone: no credentials are read, and no web server is loaded, since
 * a probe runs every few seconds.
 *
 * @returns its name for people, and `probe`, which asks it and never rejects; or a text that says why none can be asked
 * @throws ConfigError
 */
export function runningSidecar(configPath: string | undefined) {
  const { adminListen } = readAdminConfig(takeEnvironment(), configPath)
  if (adminListen.length === 0) return probeWords().off
  for (const address of adminListen) {
    const [dial] = dialsOf(address)
    if (dial === undefined) continue
    return {
      name: nameOf(asDialled(address)),
      probe: (path: string, timeoutMs: number) => probe(dial, path, timeoutMs),
    }
  }
  return probeWords().anyPort
}

/**
 * In HTTP/1.0 the answer ends with the connection and has no coding, so this is enough to read it; a real HTTP client takes
 * longer to load than the whole probe (docs/design/cost.md, Levers).
 */
function probe(dial: Dial, path: string, timeoutMs: number): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = connect(dial)
    const timer = setTimeout(() => done(silence(probeWords().silent)), timeoutMs)
    let text = ''
    function done(answer: ProbeAnswer): void {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    // The listener always accepts the name `localhost`.
    socket.write(`GET ${path} HTTP/1.0\r\nHost: localhost\r\n\r\n`)
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text = (text + chunk).slice(0, mostBytes)
      const answer = complete(text)
      if (answer !== undefined) done(answer)
    })
    socket.once('error', (error) => done(silence(whyNot(error))))
    socket.once('end', () => done(read(text)))
  })
}

/** The answer, once all of its stated length has come, so that its end need not be awaited. */
function complete(text: string): ProbeAnswer | undefined {
  const bodyAt = text.indexOf('\r\n\r\n') + 4
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, bodyAt))?.[1]
  return length !== undefined && Buffer.byteLength(text.slice(bodyAt)) >= Number(length) ? read(text) : undefined
}

/** An answer of HTTP/1.x that has ended. */
function read(text: string): ProbeAnswer {
  const [, status, body] = /^HTTP\/1\.\d (\d{3}).*?\r\n\r\n(.*)/s.exec(text) ?? []
  if (body === undefined) return silence(text === '' ? probeWords().brokeOff : probeWords().noHttp)
  return { status: Number(status), sentence: firstLine(body) }
}

function silence(why: string): ProbeAnswer {
  return { status: undefined, sentence: probeWords().noAnswer(why) }
}

function whyNot(error: Error): string {
  const code = errorCode(error)
  const say = probeWords()
  if (code === 'ECONNREFUSED') return say.refused
  if (code === 'ENOENT') return say.noFile
  if (code === 'EACCES') return say.noRight
  if (code === 'ECONNRESET' || code === 'EPIPE') return say.closed
  return code ?? error.message
}

function firstLine(text: string): string {
  return printable(text.split('\n', 1)[0] ?? '')
}
