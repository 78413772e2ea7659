// A process of its own, in a mount namespace of its own, for real-disk.test: a trail on a small disk that gets full, is made
// read-only, and is mended again. Prints what happened as JSON. argv: a folder to mount on.
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openTrail } from '../../src/audit/writing/open-trail.ts'
import { beginOf, wholeTrail } from './audit-trail.ts'
import { eventually } from './wire.ts'

const [mount = ''] = process.argv.slice(2)
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'none', mount])
const folder = join(mount, 'audit')
const ballast = join(mount, 'ballast')
const log = { warn() {}, error() {} }
const options = { folder, keepDays: 400, onFailure: 'writes', log } as const
let trail = await openTrail(options)
let promised = 0
let refused = 0

/** @returns the code of the problem that it was refused with */
async function commit(): Promise<string | undefined> {
  try {
    await trail.commit(beginOf(`r-${promised + 1}`))
    promised += 1
    return undefined
  } catch (error) {
    refused += 1
    return String(Reflect.get(Object(error), 'code'))
  }
}

async function untilRefused(): Promise<string | undefined> {
  for (let i = 0; i < 20_000; i += 1) {
    const code = await commit()
    if (code !== undefined) return code
  }
  return undefined
}

const mended = () => eventually(() => trail.state().failing === undefined, 'it goes on', 20_000)

function remount(how: 'ro' | 'rw'): void {
  execFileSync('mount', ['-o', `remount,${how}`, mount], { stdio: 'ignore' })
}

/** To the last byte. */
function fill(): void {
  const { bavail, bsize } = statfsSync(mount)
  writeFileSync(ballast, Buffer.alloc(bavail * bsize))
}

await commit()
// While a file is open to be written, nobody can make its disk read-only; only a kernel that has met an error does.
let busy = false
try {
  remount('ro')
} catch {
  busy = true
}
fill()
const full = { code: await untilRefused(), why: trail.state().failing?.why }
await trail.stop()
trail = await openTrail(options)
const fullAtStart = { code: await untilRefused(), why: trail.state().failing?.why }
rmSync(ballast)
await mended()
await commit()

await trail.stop()
remount('ro')
trail = await openTrail(options)
const readOnly = { code: await untilRefused(), why: trail.state().failing?.why }
remount('rw')
await mended()
await commit()
await trail.stop()
const lines = wholeTrail(folder)
const told = lines.filter(({ event }) => event === 'gap').map(({ detail }) => Object(detail))
process.stdout.write(
  JSON.stringify({
    ...{ full, busy, fullAtStart, readOnly, promised, refused },
    begins: lines.filter(({ event }) => event === 'begin').length,
    told: told.reduce((sum, { refused: some }) => sum + some, 0),
    segments: readdirSync(folder).filter((name) => name.endsWith('.jsonl')).length,
  }),
)
