import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import type { Certificate } from './certificate.ts'
import { freePort } from './free-port.ts'
import { type Ending, secret } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'

export type Valkey = {
  port: number
  /** With the password, and of the database that the sidecars share. */
  url: URL
  /** One command, as whoever runs the store would give it. */
  command(...words: string[]): Promise<unknown>
  signal(signal: NodeJS.Signals): void
  /** Ends it as a crash does. */
  kill(): Promise<void>
  /** Starts it again at the same port, empty. */
  start(): Promise<void>
}

/** Nothing may show it. */
export const valkeyPassword = 'store-password-4711-never-printed'
secret(valkeyPassword)

/** Debian's valkey-server on a free port of 127.0.0.1, which keeps nothing on disk; with a certificate it speaks TLS only. */
export async function startValkey(t: Ending, certificate?: Certificate): Promise<Valkey> {
  const folder = temporaryFolder(t)
  const port = await freePort()
  const scheme = certificate === undefined ? 'redis' : 'rediss'
  const args = [
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
    '--requirepass',
    valkeyPassword,
  ]
  if (certificate === undefined) args.push('--port', String(port))
  else {
    writeFileSync(join(folder, 'cert.pem'), certificate.cert)
    writeFileSync(join(folder, 'key.pem'), certificate.key, { mode: 0o600 })
    const files = ['--tls-cert-file', join(folder, 'cert.pem'), '--tls-key-file', join(folder, 'key.pem')]
    args.push('--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...files)
  }
  let server: ChildProcess | undefined

  async function kill(): Promise<void> {
    const ending = server
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill('SIGKILL')
    await ended
  }

  async function start(): Promise<void> {
    const child = spawn('valkey-server', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    server = child
    await new Promise<void>((resolve, reject) => {
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk
        if (said.includes('Ready to accept connections')) resolve()
      })
      child.once('exit', () => reject(new Error(`valkey-server ended: ${said}`)))
    })
  }

  await start()
  t.after(kill)
  return {
    port,
    url: new URL(`${scheme}://:${valkeyPassword}@127.0.0.1:${port}/3`),
    async command(...words) {
      const socket = { host: '127.0.0.1', port, ...(certificate && { tls: true as const, ca: certificate.ca }) }
      const client = createClient({ password: valkeyPassword, database: 3, socket })
      client.on('error', () => {})
      await client.connect()
      try {
        return await client.sendCommand(words)
      } finally {
        client.destroy()
      }
    },
    signal: (signal) => server?.kill(signal),
    kill,
    start,
  }
}
