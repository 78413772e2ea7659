import type { ChildProcess } from 'node:child_process'
import { startNginx } from '../nginx.ts'
import { freePort } from '../processes.ts'
import { admission } from '../upstream/admission.ts'
import type { Upstream } from '../upstream/upstream.ts'

export async function startNginxProxy(
  folder: string,
  upstream: Upstream,
): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort()
  return { port, child: startNginx('proxy', folder, `proxy-${port}`, nginxServer(port, upstream)) }
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
