// A `tls:` listener whose files are replaced under load, as programs do that renew certificates: in two writes, sometimes torn,
// sometimes with a wrong pair. Callers open a new connection for each call and check what they see.
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { makeAuthority } from './certificate.ts'
import { readPair } from './own-certificate.ts'
import { seededRandom } from './random.ts'
import { type Ending, startTestSidecar, startUpstream } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { sleep } from './wire.ts'

type Pair = { cert: string; key: string }

export type RotationOptions = {
  rotations: number
  lookMs: number
  callers: number
  seed: number
  /** Starts the sidecar; without it in this process. */
  serve?: typeof inThisProcess
}

/** A sidecar with these files in front of `upstream`, which looks at them every `lookMs`. */
export async function inThisProcess(t: Ending, upstream: string, files: Pair, lookMs: number) {
  const { port, log } = await startTestSidecar(
    t,
    upstream,
    { listen: [{ kind: 'tcp', host: '127.0.0.1', port: 0, tls: true }], logLevel: 'warn' },
    { certificates: await readPair(files), certificateLookMs: lookMs },
  )
  /** What the test remembers is no memory of the sidecar's. */
  const forget = () => {
    log.length = 0
  }
  return { port, forget, rssMiB: () => Math.round(process.memoryUsage.rss() / 1024 ** 2) }
}

const day = 24 * 3_600_000

/** Replaces the files so many times, the last time with a good pair. */
export async function rotateUnderLoad(t: Ending, options: RotationOptions) {
  const { rotations, lookMs, callers, seed, serve = inThisProcess } = options
  const draw = seededRandom(seed)
  const authority = makeAuthority('Office CA')
  const issue = (from = -day, until = 10 * day) => {
    const now = Date.now()
    return authority.issue('sidecar', ['localhost', '127.0.0.1'], [now + from, now + until])
  }
  const folder = temporaryFolder(t)
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const write = ({ cert, key }: Pair) => {
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key)
  }
  let good = issue()
  write(good)
  const upstream = await startUpstream(t)
  const { port, forget, rssMiB } = await serve(t, upstream.url, files, lookMs)
  const goodOnes = new Set([fingerprint(good.cert)])
  const ledger = { rotations: 0, taken: 0, calls: 0, failed: 0, wrong: 0, late: 0, slowestMs: 0, rssMiB: [rssMiB()] }
  const causes = new Map<string, number>()
  let over = false
  let seen = ''

  async function load(): Promise<void> {
    while (!over) {
      const answer = await call(port, authority.pem)
      ledger.calls += 1
      if ('failure' in answer) {
        ledger.failed += 1
        causes.set(answer.failure, (causes.get(answer.failure) ?? 0) + 1)
      } else if (goodOnes.has(answer.seen)) seen = answer.seen
      else ledger.wrong += 1
    }
  }

  /** Waits until new connections have it. */
  async function taken(cert: string): Promise<void> {
    const beganAt = performance.now()
    while (seen !== fingerprint(cert) && performance.now() - beganAt < 60_000) await sleep(1)
    const tookMs = performance.now() - beganAt
    ledger.slowestMs = Math.max(ledger.slowestMs, Math.round(tookMs))
    if (tookMs > Math.max(6000, 6 * lookMs)) ledger.late += 1
    else ledger.taken += 1
  }

  const faults = [
    () => writeFileSync(files.cert, issue().cert.slice(0, 200)),
    () => writeFileSync(files.key, issue().key.slice(0, 60)),
    () => write({ cert: issue().cert, key: issue().key }),
    () => write(issue(-3 * day, -day)),
    () => write(issue(day, 3 * day)),
    () => writeFileSync(files.cert, ''),
  ]
  const loads = Array.from({ length: callers }, load)
  for (; ledger.rotations < rotations; ledger.rotations++) {
    const isLast = ledger.rotations === rotations - 1
    const fault = faults[Math.floor(draw() * faults.length * 2)]
    if (fault !== undefined && !isLast) {
      fault()
      await sleep(lookMs * 3 * draw())
    } else {
      good = issue()
      goodOnes.add(fingerprint(good.cert))
      writeFileSync(files.cert, good.cert)
      if (draw() < 0.5) await sleep(lookMs * 2 * draw()) // The certificate is there, its key not yet.
      writeFileSync(files.key, good.key)
      await taken(good.cert)
    }
    forget()
    upstream.received.length = 0
    if (ledger.rotations % Math.ceil(rotations / 10) === 0) ledger.rssMiB.push(rssMiB())
  }
  over = true
  await Promise.all(loads)
  return { ...ledger, causes: Object.fromEntries(causes) }
}

function call(port: number, ca: string): Promise<{ seen: string } | { failure: string }> {
  return new Promise((resolve) => {
    let seen = ''
    const sent = get({ port, host: '127.0.0.1', ca, agent: false, path: '/' }, (answer) => {
      answer
        .resume()
        .once('end', () => resolve(answer.statusCode === 200 ? { seen } : { failure: `${answer.statusCode}` }))
    })
    sent.once('socket', (socket) => {
      socket.once('secureConnect', () => {
        if (socket instanceof TLSSocket) seen = socket.getPeerX509Certificate()?.fingerprint256 ?? ''
      })
    })
    sent.once('error', (error: NodeJS.ErrnoException) => resolve({ failure: error.code ?? error.message }))
  })
}

function fingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256
}
