// Who runs. All listen on the loopback, forward over TLS, verify the certificate, and add tenant and token.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { environment, freePort, start } from './processes.ts'
import { admission, startNginx, tenant } from './upstream.ts'

const here = import.meta.dirname
const product = join(here, '../../dist/cli.js')

/**
 * Name → how to start it: resolves with its port and its process. `also` is the dist/cli.js of another build of the
 * product. `nodeOptions` and a clock that runs `speed` times as fast are for whoever runs on Node, `settings` for the product.
 */
export function contestants(folder, upstream, { also, nodeOptions = [], settings = {}, speed = 1 } = {}) {
  const clock = speed === 1 ? {} : fastClock(speed)
  const origin = `https://127.0.0.1:${upstream.port}`
  const caFile = upstream.certificate.cert
  const script = (name) => async () => {
    const port = await freePort()
    const args = [...nodeOptions, join(here, name), String(port), origin, JSON.stringify(admission)]
    return {
      port,
      child: start('proxy', process.execPath, args, { env: { ...environment, ...clock, NODE_EXTRA_CA_CERTS: caFile } }),
    }
  }
  const sidecar = (cli) => async () => {
    const [port, adminPort] = [await freePort(), await freePort()]
    const env = {
      ...environment,
      ...clock,
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
  }
  return {
    product: sidecar(product),
    ...(also !== undefined && { also: sidecar(also) }),
    bare: script('bare.js'),
    floor: script('floor.js'),
    nginx: async () => {
      const port = await freePort()
      return { port, child: startNginx('proxy', folder, `proxy-${port}`, nginxServer(port, upstream)) }
    },
  }
}

/** Debian's faketime: what a process sees of the time, and waits for, passes `speed` times as fast. */
function fastClock(speed) {
  const [library] = readdirSync('/usr/lib')
    .map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
    .filter(existsSync)
  if (library === undefined) throw new Error('--speed needs faketime; on Debian: apt-get install faketime')
  return { LD_PRELOAD: library, FAKETIME: `+0 x${speed}` }
}

function nginxServer(port, upstream) {
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
