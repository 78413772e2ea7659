// The upstream: Debian's nginx with TLS, which refuses what has no tenant or token.
import { type ChildProcess, execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, freePort, pidOf, type Role, start } from '../processes.ts'

export const tenant = 'bench'
const tokenPrefix = 'bench-token-'
export const token = `${tokenPrefix}2f1c7a90-6b0e-4c55-9d0e-7f4f3e9a1b22`
/** What a request needs to be accepted; the proxies add it, the direct contestant's load says it. */
export const admission = { Tenant: tenant, Authorization: `Bearer ${token}` }
export const hugeBytes = 64 * 1024 * 1024
/** What else can be had, from /sized/BYTES/. */
export const sizedBytes = [0, 1024, 16 * 1024, 256 * 1024, 4 * 1024 ** 2, hugeBytes, 1024 ** 3]

type Certificate = { key: string; cert: string }

export type Upstream = {
  /** Where it speaks TLS. */
  port: number
  certificate: Certificate
  /** The upstream itself, called without a proxy and without TLS. */
  direct: { name: string; port: number; headers: Record<string, string>; pid: number }
  child: ChildProcess
}

/** Starts it in `folder`. */
export async function startUpstream(folder: string): Promise<Upstream> {
  const certificate = makeCertificate(folder)
  mkdirSync(join(folder, 'www'))
  writeFileSync(join(folder, 'www/large.json'), json(100 * 1024))
  writeFileSync(join(folder, 'www/huge.bin'), Buffer.alloc(hugeBytes, 'x'))
  for (const bytes of sizedBytes) {
    writeFileSync(join(folder, `www/sized-${bytes}.bin`), '')
    truncateSync(join(folder, `www/sized-${bytes}.bin`), bytes)
  }
  const [port, plainPort] = [await freePort(), await freePort()]
  const child = startNginx('upstream', folder, 'upstream', upstreamServer({ port, plainPort, folder, certificate }))
  const direct = { name: 'direct', port: plainPort, headers: admission, pid: pidOf(child) }
  return { port, certificate, direct, child }
}

/** An nginx of two processes, its configuration and files in `folder`. */
export function startNginx(role: Role, folder: string, name: string, servers: string): ChildProcess {
  const file = join(folder, `${name}.conf`)
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${name}-${kind};`)
    .join('\n  ')
  writeFileSync(
    file,
    `daemon off; ${user} worker_processes 1; pid ${folder}/${name}.pid; error_log stderr crit;
worker_rlimit_nofile 4096;
events { worker_connections 2048; }
http {
  ${temporary}
  keepalive_requests 1000000000; keepalive_timeout 90s;
  client_max_body_size 0;
  ${servers}
}
`,
  )
  return start(role, 'nginx', ['-c', file, '-p', folder])
}

type Place = { port: number; plainPort: number; folder: string; certificate: Certificate }

function upstreamServer({ port, plainPort, folder, certificate }: Place): string {
  const refuse = `if ($refused) { return 401; }`
  // With Server, Date, Content-Type, Content-Length and Connection these are the 13 headers of an answer.
  return `access_log off; map_hash_bucket_size 256;
  map "$http_tenant $http_authorization" $refused { default 1; "~^${tenant} Bearer ${tokenPrefix}" 0; }
  upstream sink { server unix:${folder}/sink.sock; keepalive 16; }
  server { listen unix:${folder}/sink.sock; location / { return 204; } }
  server {
    listen 127.0.0.1:${port} ssl backlog=1024;
    listen 127.0.0.1:${plainPort} backlog=1024;
    ssl_certificate ${certificate.cert}; ssl_certificate_key ${certificate.key};
    root ${folder}/www; default_type application/json; sendfile on; tcp_nopush on;
    client_body_buffer_size 64k;
    add_header Vary Origin; add_header X-Content-Type-Options nosniff; add_header X-XSS-Protection 0;
    add_header Cache-Control "no-cache, no-store, max-age=0, must-revalidate"; add_header Pragma no-cache;
    add_header Expires 0; add_header Strict-Transport-Security "max-age=31536000 ; includeSubDomains";
    add_header X-Frame-Options DENY;
    location / { ${refuse} return 200 '${json(1024)}'; }
    location /large/ { ${refuse} rewrite ^ /large.json break; }
    location /sized/ { ${refuse} rewrite ^/sized/(\\d+)/ /sized-$1.bin break; }
    location /refused/ { return 401 'refused'; }
    location /huge/ { ${refuse} rewrite ^ /huge.bin break; }
    # Reads the whole body before it answers, as a real API does.
    location /bodies/ {
      ${refuse}
      proxy_pass http://sink; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_pass_request_body off; proxy_set_header Content-Length "";
    }
    location = /oauth/token {
      return 200 '{"access_token":"${tokenPrefix}$request_id","token_type":"bearer","expires_in":3600,"scope":"all"}';
    }
    location = /oauth/short-lived {
      return 200 '{"access_token":"${tokenPrefix}$request_id","token_type":"bearer","expires_in":5,"scope":"all"}';
    }
  }`
}

/** JSON of exactly `bytes` bytes, in the form of a page of CATAPA. */
function json(bytes: number): string {
  const [begin, end] = ['{"content":[', '],"totalElements":1}']
  const rows: string[] = []
  let left = bytes - begin.length - end.length
  const row = (n: number, filler: string) => `{"id":"${String(n).padStart(8, '0')}","name":"${filler}","active":true}`
  const rowBytes = row(0, 'x'.repeat(60)).length + 1
  while (left >= 2 * rowBytes) {
    rows.push(row(rows.length, 'x'.repeat(60)))
    left -= rowBytes
  }
  rows.push(row(rows.length, 'x'.repeat(left - row(0, '').length)))
  return begin + rows.join(',') + end
}

function makeCertificate(folder: string): Certificate {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const args = ['req', ...kind, '-keyout', key, '-out', cert, ...names]
  execFileSync('openssl', args, { env: environment, stdio: 'ignore' })
  return { key, cert }
}
