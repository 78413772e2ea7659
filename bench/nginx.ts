import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Role, start } from './processes.ts'

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
