import { type ChildProcess, spawn } from 'node:child_process'
import diagnostics from 'node:diagnostics_channel'
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { type SandboxOptions, sandbox } from '../../src/sandbox/app.ts'
import type { Config } from '../../src/settings/config.ts'
import { readConfig } from '../../src/settings/read-config.ts'
import { type Sidecar, type SidecarOptions, startSidecar } from '../../src/sidecar/sidecar.ts'
import { connectAs, runsOverTls, securedPorts } from './over-tls.ts'
import { overTls, ownPair } from './own-certificate.ts'

/** A test, or whatever else ends what was started. */
export type Ending = { after(end: () => unknown): void }

export const root = join(import.meta.dirname, '../../..')

/** What every sidecar of the suite printed, and every secret that it used: `printed.test` searches one for the other. */
export const printedFolder = process.env.PRINTED_FOLDER ?? mkdtempSync(join(tmpdir(), 'catapa-printed-'))
const printedFile = join(printedFolder, `${process.pid}.log`)
const secretsFile = join(printedFolder, `${process.pid}.secrets`)

/** Remembers output for `printed.test`. */
export function printed(text: string): void {
  appendFileSync(printedFile, text)
}

/** Remembers a secret that must never be printed. */
export function secret(text: string): void {
  appendFileSync(secretsFile, `${text}\n`)
}

/** Remembers what an admin listener shows, as far as it still answers: `printed.test` looks for keys and secrets there too. */
export async function rememberShown(adminUrl: string | undefined): Promise<void> {
  if (adminUrl === undefined || !adminUrl.startsWith('http')) return
  for (const path of ['/', '/api/status', '/metrics']) {
    const shown = await fetch(adminUrl + path, { signal: AbortSignal.timeout(20_000) }).catch(() => undefined)
    const text = await shown?.text().catch(() => '')
    if (text === undefined) return
    printed(`${text}\n`)
  }
}

// Every token and client secret that leaves through undici, in whatever test.
diagnostics.subscribe('undici:client:sendHeaders', (message) => {
  const headers: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, 'headers') : undefined
  const value = /^authorization: (?:Bearer|Basic) (\S+)/im.exec(String(headers))?.[1]
  if (value !== undefined) secret(value)
})

export const demoCredentials = {
  tenant: 'demo',
  clientId: 'demo-client',
  clientSecret: 'demo-secret-4711-never-printed',
}
secret(demoCredentials.clientSecret)

const defaults = readConfig({ CATAPA_TENANT: 'demo', CATAPA_CLIENT_ID: 'demo-client', CATAPA_CLIENT_SECRET: 'demo' })

/** A configuration with the default settings (design/promises 2), on a free port, and no waiting at the end. */
export function testConfig(baseUrl: string, overrides: Partial<Config> = {}): Config {
  return {
    ...defaults,
    credentials: { ...demoCredentials, from: defaults.credentials.from },
    baseUrl: new URL(baseUrl),
    tokenUrl: new URL('/oauth/token', baseUrl),
    authorizeUrl: new URL('/oauth2/authorize', baseUrl),
    listen: [{ kind: 'localhost', port: 0 }],
    adminListen: [],
    shutdownGraceMs: 0,
    stateDir: '/nowhere/catapa-sidecar',
    logLevel: 'trace',
    logFormat: 'json',
    ...overrides,
  }
}

export type TestSidecar = Sidecar & {
  port: number
  url: string
  /** Lines of the log so far. */
  log: Record<string, unknown>[]
}

/** A sidecar in front of `baseUrl`, stopped at the end of the test. */
export async function startTestSidecar(
  t: Ending,
  baseUrl: string,
  overrides: Partial<Config> = {},
  options: Omit<SidecarOptions, 'files'> = {},
): Promise<TestSidecar> {
  const log: Record<string, unknown>[] = []
  const logger = pino(
    { level: 'trace', base: null },
    {
      write(line: string) {
        printed(line)
        log.push(JSON.parse(line))
      },
    },
  )
  const [ofTls, certificates] = runsOverTls && overrides.listen === undefined ? await overTls(ownPair(t)) : []
  const settings = testConfig(baseUrl, { ...ofTls, ...overrides })
  const sidecar = await startSidecar(settings, logger, { ...certificates, ...options })
  t.after(async () => {
    await rememberShown(sidecar.adminAddresses[0])
    await sidecar.stop()
  })
  const url = sidecar.addresses[0] ?? ''
  const port = Number(url.split(':').at(-1))
  if (url.startsWith('https:')) securedPorts.add(port)
  return { ...sidecar, log, url, port }
}

/** The sandbox on a free port. */
export async function startTestSandbox(t: Ending, options: Partial<SandboxOptions> = {}): Promise<{ url: string }> {
  const app = sandbox({ ...demoCredentials, tokenLifetimeSeconds: 3600, tokenReuse: false, ...options })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => app.close())
  return { url }
}

/** A sidecar in front of a sandbox. */
export async function startBoth(t: Ending, overrides: Partial<Config> = {}, options: Partial<SandboxOptions> = {}) {
  const { url: sandboxUrl } = await startTestSandbox(t, options)
  const sidecar = await startTestSidecar(t, sandboxUrl, overrides)
  return { ...sidecar, sandboxUrl }
}

/** A request as the upstream received it. */
export type Received = {
  method: string
  url: string
  rawHeaders: string[]
  headers: IncomingMessage['headers']
  body: Buffer
}

export type TestUpstream = { url: string; port: number; server: Server; received: Received[]; tokenRequests: number }

/**
 * A scripted CATAPA: issues tokens `token-1`, `token-2`, … and remembers what else it gets. `answer` is called once the
 * whole request has arrived; `early` as soon as its head has.
 */
export async function startUpstream(
  t: Ending,
  answer: (request: Received, response: ServerResponse) => void = (_request, response) => response.end('{}'),
  early?: RequestListener,
): Promise<TestUpstream> {
  const upstream = { received: [], tokenRequests: 0, url: '', port: 0 } as Omit<TestUpstream, 'server'>
  const server = createServer({ maxHeaderSize: 128 * 1024 }, async (request, response) => {
    if (request.url === '/oauth/token') {
      upstream.tokenRequests += 1
      const body = { access_token: `token-${upstream.tokenRequests}`, token_type: 'bearer', expires_in: 3600 }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
      return
    }
    if (early !== undefined) return early(request, response)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => {})
    request.on('end', () => {
      const { method = '', url = '', rawHeaders, headers } = request
      const received = { method, url, rawHeaders, headers, body: Buffer.concat(chunks) }
      upstream.received.push(received)
      answer(received, response)
    })
  })
  server.maxHeadersCount = 0
  upstream.port = await listenOnFreePort(t, server)
  upstream.url = `http://127.0.0.1:${upstream.port}`
  return Object.assign(upstream, { server })
}

/** Listens on a free port of 127.0.0.1 until the test ends. */
export async function listenOnFreePort(t: Ending, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return port
}

/** Sends bytes and returns what came back until the peer closed, or until it matches. */
export function raw(
  port: number,
  bytes: string | Buffer,
  { until, halfClose = false }: { until?: RegExp; halfClose?: boolean } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectAs({ port, host: '127.0.0.1', allowHalfOpen: true })
    let answer = ''
    const done = () => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(30_000, () => socket.destroy(new Error(`it is silent after: ${answer}`)))
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1')
      if (until?.test(answer)) done()
    })
    socket.on('end', done)
    socket.on('error', (error: NodeJS.ErrnoException) =>
      answer === '' || error.code === undefined ? reject(error) : done(),
    )
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    if (halfClose) socket.end()
  })
}

export type RunningCommand = {
  child: ChildProcess
  output: () => string
  /** Resolves with the output once it matches; rejects when the command ends first. */
  until(pattern: RegExp): Promise<string>
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/**
 * Waits until a command decides itself what signals mean: what it has printed by then may come a moment before. Linux tells by one that
 * only our own code listens for, SIGUSR2.
 */
export async function heedsSignals({ child }: RunningCommand): Promise<void> {
  if (process.platform !== 'linux') return sleep(500)
  const caught = () =>
    Number.parseInt(/SigCgt:\s*(\w+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]?.slice(-4) ?? '', 16)
  for (const until = performance.now() + 30_000; (caught() & 0x800) === 0 && performance.now() < until; )
    await sleep(20)
}

/** Runs the built command line, `node dist/cli.js …`, in an environment without the machine's own settings. */
export function runCli(
  t: Ending,
  args: string[],
  env: Record<string, string> = {},
  stdin: 'ignore' | 'pipe' = 'ignore',
): RunningCommand {
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    // A demo that is killed leaves its callers file.
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...(args[0] === 'demo' && { TMPDIR: printedFolder }),
      ...env,
    },
    stdio: [stdin, 'pipe', 'pipe'],
  })
  let text = ''
  const watchers = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      printed(chunk.toString())
      for (const watcher of watchers) watcher()
    })
  }
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  )
  t.after(async () => {
    child.kill('SIGKILL')
    await exit
  })
  const until = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const settle = (act: () => void) => {
        watchers.delete(look)
        clearTimeout(timer)
        act()
      }
      const look = () => pattern.test(text) && settle(() => resolve(text))
      const missing = (why: string) =>
        settle(() => reject(new Error(`${why} ${pattern}; the command printed:\n${text}`)))
      const timer = setTimeout(missing, 90_000, 'not within 90 s:')
      watchers.add(look)
      exit.then(() => missing('it ended before it printed'))
      look()
    })
  return { child, output: () => text, until, exit }
}

/** The JSON of an answer, for tests to look into. */
export async function json(response: Response | Promise<Response>) {
  return JSON.parse(await (await response).text())
}
