import { type RequestOptions, request } from 'node:http'
import type { ListenAddress } from '../config/config.ts'
import { takeEnvironment } from '../config/environment.ts'
import { readAdminConfig } from '../config/read-admin-config.ts'

/** The admin listener of a sidecar that runs on this machine, by the settings that it was started with. */
export type RunningSidecar = {
  /** For people. */
  name: string
  /** Asks a probe. Never rejects. */
  probe(path: string, timeoutMs: number): Promise<ProbeAnswer>
}

/** `status` is missing when nobody answered; `sentence` says what is the matter. */
export type ProbeAnswer = { status: number | undefined; sentence: string }

const mostBytes = 4096

/**
 * Finds the admin listener by SIDECAR_ADMIN_LISTEN alone: no credentials are read, and no web server is loaded, since
 * a probe runs every few seconds.
 *
 * @returns what is in the way, as text, when there is none that could be asked
 * @throws ConfigError
 */
export function runningSidecar(configPath: string | undefined): RunningSidecar | string {
  const { adminListen } = readAdminConfig(takeEnvironment(), configPath)
  if (adminListen.length === 0) {
    return 'SIDECAR_ADMIN_LISTEN is off: there is nothing to ask. Give the sidecar and this command the same address.'
  }
  const address = adminListen.find((listen) => listen.kind === 'unix' || listen.port !== 0)
  if (address === undefined) {
    return 'SIDECAR_ADMIN_LISTEN has port 0, which is any free port: give the sidecar and this command a fixed one.'
  }
  const { name, options } = target(address)
  return { name, probe: (path, timeoutMs) => probe({ ...options, path, timeout: timeoutMs }, timeoutMs) }
}

/** Every address of the machine includes loopback, which is where to ask. */
function target(address: ListenAddress): { name: string; options: RequestOptions } {
  if (address.kind === 'unix') return { name: `unix:${address.path}`, options: { socketPath: address.path } }
  const { port } = address
  if (address.kind === 'localhost') return { name: `localhost:${port}`, options: { host: '127.0.0.1', port } }
  const host = address.host === '0.0.0.0' ? '127.0.0.1' : address.host === '::' ? '::1' : address.host
  return { name: `${host.includes(':') ? `[${host}]` : host}:${port}`, options: { host, port } }
}

function probe(options: RequestOptions, timeoutMs: number): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => asked.destroy(new Error('time-out')), timeoutMs)
    const done = (answer: ProbeAnswer) => {
      clearTimeout(timer)
      resolve(answer)
    }
    // `localhost` is a name that the listener always answers to.
    const asked = request({ ...options, headers: { Host: 'localhost' }, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text = (text + chunk).slice(0, mostBytes)
      })
      response.once('error', () => done(silence('it broke off its answer')))
      response.once('end', () => done({ status: response.statusCode, sentence: firstLine(text) }))
    })
    asked.once('error', (error: NodeJS.ErrnoException) => done(silence(whyNot(error))))
    asked.end()
  })
}

function silence(why: string): ProbeAnswer {
  return { status: undefined, sentence: `no sidecar answers: ${why}` }
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'the connection is refused'
  if (code === 'ENOENT') return 'there is no such socket file'
  if (code === 'EACCES') return 'the socket file may not be used by this user'
  return message === 'time-out' ? 'it is silent' : (code ?? message)
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/[\x00-\x1f\x7f]/g, '?')
}
