// A process of its own, in a mount namespace of its own, for flood.test: a sidecar whose trail is on a disk of 8 MB, refused
// strangers, and an honest program that writes. Prints what happened as JSON. argv: a folder to mount on.
import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyTrail } from '../../src/audit/reading/verify-trail.ts'
import { wholeTrail } from './audit-trail.ts'
import { startWithCallers, testKey } from './callers.ts'
import { startUpstream } from './sidecar.ts'
import { eventually } from './wire.ts'

const [mount = ''] = process.argv.slice(2)
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', mount])
const folder = join(mount, 'audit')
const ballast = join(mount, 'ballast')
const ends: (() => unknown)[] = []
const t = { after: (end: () => unknown) => void ends.push(end) }
const upstream = await startUpstream(t, (_request, response) => response.end('{}'))
const { key, line } = testKey()
const adminListen = [{ kind: 'localhost' as const, port: 0 }]
const settings = { auditDir: folder, adminListen }
const sidecar = await startWithCallers(t, upstream.url, `[honest]\n${line}\n`, settings)
const adminUrl = sidecar.adminAddresses[0] ?? ''

const free = () => {
  const { bavail, bsize } = statfsSync(mount)
  return bavail * bsize
}
const refusals = () =>
  wholeTrail(folder).filter(({ verdict, event }) => verdict === 'refused' && event === 'request').length
const left = () => wholeTrail(folder).filter(({ event }) => event === 'flood').length

async function write(): Promise<number> {
  const headers = { 'X-Api-Key': key, 'Content-Type': 'application/json' }
  const answer = await fetch(`${sidecar.url}/core/v1/employees`, { method: 'POST', headers, body: '{}' })
  await answer.arrayBuffer()
  return answer.status
}

/** What strangers can do: without a key, and on the admin listener. */
async function strangers(count: number): Promise<void> {
  async function one(): Promise<void> {
    for (let i = 0; i < count / 8; i++) {
      const refused = await fetch(`${sidecar.url}/core/v1/employees/${i}/payslip`)
      await refused.arrayBuffer()
      const headers = { 'X-Catapa-Sidecar': '1' }
      const refreshed = await fetch(`${adminUrl}/api/token/refresh`, { method: 'POST', headers })
      await refreshed.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: 8 }, one))
}

const before = free()
const atFirst = await write()
await strangers(800)
const grown = before - free()
await eventually(() => left() >= 2, 'the others are counted', 60_000)
writeFileSync(ballast, Buffer.alloc(free() - 500_000)) // Below the reserve of a tenth, 0.8 MB.
await eventually(() => sidecar.log.some(({ msg }) => /nearly full/.test(String(msg))), 'it is seen', 60_000)
const lines = refusals()
await strangers(80)
const whileShort = refusals() - lines
const honest = await write()
const floods = left()
rmSync(ballast)
await eventually(() => left() >= floods + 2, 'it is told once there is room', 60_000)
const counted = wholeTrail(folder).reduce((sum, { detail }) => sum + Number(Object(detail).count ?? 0), 0)
const own = refusals()
const refreshes = wholeTrail(folder).filter(({ event }) => event === 'token-refresh').length
for (const end of ends.reverse()) await end()
const { broken } = verifyTrail(folder)
process.stdout.write(
  JSON.stringify({
    atFirst,
    grown,
    whileShort,
    honest,
    all: counted + own + refreshes,
    broken: broken?.reason ?? null,
  }),
)
process.exit()
