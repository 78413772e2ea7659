// Who runs. All listen on the loopback, forward over TLS, verify the certificate, and add tenant and token.
import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '../load/connection.ts'
import { environment, freePort, pidOf, start } from '../processes.ts'
import { admission, startNginx, tenant, type Upstream } from '../upstream/upstream.ts'

export const root = join(import.meta.dirname, '../../..')
const product = join(root, 'dist/cli.js')

export type Measured = Target & { pid: number }

export type Contestant = Measured & {
  child: ChildProcess
  /** Until the first 200. */
  startMs: number
}

export type Sidecar = Contestant & { adminPort: number; cli: string; env: NodeJS.ProcessEnv }

/** `nodeOptions` and a clock that runs `speed` times as fast are for whoever runs on Node, `settings` for the product. */
export type How = { nodeOptions?: readonly string[]; settings?: Record<string, string>; speed?: number }

/** Starts a contestant and waits for its first 200. */
type Start<Kind extends Contestant = Contestant> = (how?: How) => Promise<Kind>

export type Contestants = {
  product: Start<Sidecar>
  /** Another build of the product. */
  also?: Start<Sidecar>
  bare: Start
  floor: Start
  nginx: Start
}

/** @param also the dist/cli.js of another build of the product */
export function contestants(folder: string, upstream: Upstream, also?: string): Contestants {
  const origin = `https://127.0.0.1:${upstream.port}`
  const caFile = upstream.certificate.cert
  const script = (name: string) =>
    started(name, async ({ nodeOptions = [], speed }) => {
      const port = await freePort()
      const args = [...nodeOptions, join(import.meta.dirname, `${name}.js`)]
      const env = { ...environment, ...clock(speed), NODE_EXTRA_CA_CERTS: caFile }
      const child = start('proxy', process.execPath, [...args, String(port), origin, ...Object.values(admission)], {
        env,
      })
      return { port, child }
    })
  const sidecar = (name: string, cli: string) =>
    started(name, async ({ nodeOptions = [], settings, speed }) => {
      const [port, adminPort] = [await freePort(), await freePort()]
      const env = {
        ...environment,
        ...clock(speed),
        CATAPA_TENANT: tenant,
        CATAPA_CLIENT_ID: 'bench',
        CATAPA_CLIENT_SECRET: 'bench',
        CATAPA_BASE_URL: origin,
        CATAPA_CA_FILE: caFile,
        SIDECAR_LISTEN: `localhost:${port}`,
        SIDECAR_ADMIN_LISTEN: `localhost:${adminPort}`,
        ...settings,
      }
      const child = start('proxy', process.execPath, [...nodeOptions, cli, 'start'], { env })
      return { port, adminPort, child, cli, env }
    })
  return {
    product: sidecar('product', product),
    ...(also !== undefined && { also: sidecar('also', also) }),
    bare: script('bare'),
    floor: script('floor'),
    nginx: started('nginx', async () => {
      const port = await freePort()
      return { port, child: startNginx('proxy', folder, `proxy-${port}`, nginxServer(port, upstream)) }
    }),
  }
}

function started<Parts extends { port: number; child: ChildProcess }>(
  name: string,
  begin: (how: How) => Promise<Parts>,
): (how?: How) => Promise<Parts & Contestant> {
  return async (how = {}) => {
    const begun = performance.now()
    const parts = await begin(how)
    await untilItAnswers(parts)
    return { ...parts, name, pid: pidOf(parts.child), startMs: performance.now() - begun }
  }
}

/** Polls until the answer is 200. */
export async function untilItAnswers({ port, headers = {} }: { port: number; headers?: Record<string, string> }) {
  const deadline = performance.now() + 20_000
  for (;;) {
    const status = await statusOf(port, headers)
    if (status === 200) return
    if (performance.now() > deadline) throw new Error(`port ${port} answered ${status} for 20 s`)
    await sleep(2)
  }
}

/** A status, or how the connection failed. */
function statusOf(port: number, headers: Record<string, string>): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const path = '/core/v1/companies?page=0'
    const sent = request({ port, host: '127.0.0.1', path, headers, agent: false }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode))
    })
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    sent.end()
  })
}

/** Debian's faketime: what a process sees of the time, and waits for, passes `speed` times as fast. */
function clock(speed = 1): Record<string, string> {
  if (speed === 1) return {}
  const library = readdirSync('/usr/lib')
    .map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
    .find((file) => existsSync(file))
  if (library === undefined) throw new Error('--speed needs faketime; on Debian: apt-get install faketime')
  return { LD_PRELOAD: library, FAKETIME: `+0 x${speed}` }
}

function nginxServer(port: number, upstream: Upstream): string {
  const headers = Object.entries(admission).map(([name, value]) => `proxy_set_header ${name} "${value}";`)
  return `access_log /dev/null;
  upstream catapa { server 127.0.0.1:${upstream.port}; keepalive 64; keepalive_requests 1000000000; keepalive_timeout 90s; }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass https://catapa; proxy_http_version 1.1; proxy_set_header Connection ""; ${headers.join(' ')}
      proxy_ssl_verify on; proxy_ssl_trusted_certificate ${upstream.certificate.cert}; proxy_ssl_name localhost;
    }
  }`
}
