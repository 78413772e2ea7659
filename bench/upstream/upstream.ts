// The upstream: Debian's nginx with TLS, which refuses what has no tenant or token.
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Measured } from '../contestants/contestant.ts'
import { startNginx } from '../nginx.ts'
import { freePort, pidOf } from '../processes.ts'
import { admission, tenant, tokenPrefix } from './admission.ts'
import { type Certificate, makeCertificate } from './certificate.ts'
import { page } from './page.ts'
import { hugeBytes, sizedBytes } from './sizes.ts'

export type Upstream = {
  port: number
  /** Where it speaks TLS. */
  origin: string
  certificate: Certificate
  /** The upstream itself, called without a proxy and without TLS. */
  direct: Measured
  child: ChildProcess
}

/** Starts it in `folder`. */
export async function startUpstream(folder: string): Promise<Upstream> {
  const certificate = makeCertificate(folder)
  mkdirSync(join(folder, 'www'))
  writeFileSync(join(folder, 'www/large.json'), page(100 * 1024))
  writeFileSync(join(folder, 'www/huge.bin'), Buffer.alloc(hugeBytes, 'x'))
  for (const bytes of sizedBytes) {
    writeFileSync(join(folder, `www/sized-${bytes}.bin`), '')
    truncateSync(join(folder, `www/sized-${bytes}.bin`), bytes)
  }
  const [port, plainPort] = [await freePort(), await freePort()]
  const child = startNginx('upstream', folder, 'upstream', upstreamServer({ port, plainPort, folder, certificate }))
  const direct = { name: 'direct', port: plainPort, headers: admission, pid: pidOf(child) }
  return { port, origin: `https://127.0.0.1:${port}`, certificate, direct, child }
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
    location / { ${refuse} return 200 '${page(1024)}'; }
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
