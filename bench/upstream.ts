// The upstream: Debian's nginx with TLS, which refuses what has no tenant or token.
import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, freePort, start } from './processes.ts'

export const tenant = 'bench'
const tokenPrefix = 'bench-token-'
export const token = `${tokenPrefix}2f1c7a90-6b0e-4c55-9d0e-7f4f3e9a1b22`
/** What a request needs to be accepted; the proxies add it, the direct contestant's load says it. */
export const admission = { Tenant: tenant, Authorization: `Bearer ${token}` }
export const hugeBytes = 64 * 1024 * 1024
/** What else can be had, from /sized/BYTES/. */
export const sizedBytes = [0, 1024, 16 * 1024, 256 * 1024, 4 * 1024 ** 2, hugeBytes, 1024 ** 3]

/** Starts it in `folder`. `port` speaks TLS, `plainPort` is for who calls it directly. */
export async function startUpstream(folder) {
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
  return { port, plainPort, certificate, child }
}

/** An nginx of two processes, its configuration and files in `folder`. */
export function startNginx(role, folder, name, servers) {
  const file = join(folder, `${name}.conf`)
  const user = process.getuid() === 0 ? 'user root;' : ''
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

function upstreamServer({ port, plainPort, folder, certificate }) {
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
function json(bytes) {
  const [begin, end] = ['{"content":[', '],"totalElements":1}']
  const rows = []
  let left = bytes - begin.length - end.length
  const row = (n, filler) => `{"id":"${String(n).padStart(8, '0')}","name":"${filler}","active":true}`
  const rowBytes = row(0, 'x'.repeat(60)).length + 1
  while (left >= 2 * rowBytes) {
    rows.push(row(rows.length, 'x'.repeat(60)))
    left -= rowBytes
  }
  rows.push(row(rows.length, 'x'.repeat(left - row(0, '').length)))
  return begin + rows.join(',') + end
}

function makeCertificate(folder) {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1'
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'].concat([
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=localhost',
      '-addext',
      names,
    ]),
    { env: environment, stdio: 'ignore' },
  )
  return { key, cert }
}
