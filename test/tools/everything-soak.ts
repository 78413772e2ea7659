// Everything at once, for hours: npm run soak:all -- --seconds N --seed S [--chapter N] [--plant KIND|all] [--table]
// Two sidecars as processes, with all that can be set, before a CATAPA that misbehaves, while store, disk, clock, secret, certificate and callers file
// change under them and one of them is killed. A ledger on both sides judges each call; --plant shows that it finds what it is there for.
import { spawn, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isRoot } from '../support/login.ts'
import { printedFolder } from '../support/sidecar.ts'
import { type Chapter, runChapter } from './everything/chapter.ts'
import { writeTable } from './everything/endurance-page.ts'
import { newFindings, rules } from './everything/findings.ts'
import { plantedFaults, plantsOf } from './everything/plants.ts'
import { namespaceMark } from './everything/scene.ts'
import { newTotals } from './everything/totals.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    chapter: { type: 'string', default: '1200' },
    plant: { type: 'string' },
    table: { type: 'boolean', default: false },
    failures: { type: 'boolean', default: false },
  },
})

/** In a mount namespace of its own, which goes with the process, a disk can be filled. */
async function inOwnNamespace(): Promise<number | undefined> {
  if (!isRoot || process.env[namespaceMark] !== undefined) return undefined
  if (spawnSync('unshare', ['-m', 'true'], { stdio: 'ignore' }).status !== 0) return undefined
  const env = { ...process.env, [namespaceMark]: '1' }
  const child = spawn('unshare', ['-m', process.execPath, ...process.argv.slice(1), '--seed', values.seed], {
    ...{ stdio: 'inherit', env },
  })
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return status ?? 70
}

const signals = ['SIGINT', 'SIGTERM'] as const
const ends: (() => unknown)[] = []

/** Leaves no process behind. */
async function endAll(): Promise<void> {
  for (const end of ends.splice(0)) await end()
}

async function chapterOf(chapter: Chapter) {
  try {
    return await runChapter({ after: (end) => ends.unshift(end) }, chapter)
  } finally {
    await endAll()
  }
}

async function main(): Promise<number> {
  const [seconds, seed, most] = [Number(values.seconds), Number(values.seed), Number(values.chapter)]
  const plants = plantsOf(values.plant)
  const findings = newFindings()
  const totals = newTotals()
  const chapters = Math.max(1, Math.round(seconds / most))
  console.log(
    `soak:all: ${seconds} s in ${chapters} chapters, seed ${seed}${values.plant ? `, planted: ${values.plant}` : ''}`,
  )
  for (let number = 0; number < chapters; number++) {
    totals.add(await chapterOf({ seconds: seconds / chapters, seed: seed + 1000 * number, findings, plants }))
    if (chapters === 1) continue
    console.log(`chapter ${number + 1}: ${totals.calls()} calls so far`)
    for (const rule of findings.counts.keys()) console.log(`  broken: ${rule}: ${findings.cases(rule)[0]}`)
  }
  for (const line of totals.lines()) console.log(`  ${line}`)
  if (values.failures) for (const line of totals.firsts()) console.log(`  ${line}`)
  for (const rule of rules) {
    const broken = findings.counts.get(rule) ?? 0
    console.log(`${broken === 0 ? '  ' : '✗ '}${rule}${broken === 0 ? '' : `: broken ${broken} times`}`)
    for (const one of findings.cases(rule)) console.log(`      ${one}`)
  }
  if (plants.asked.length > 0) {
    const missed = plants.asked.filter((kind) => !findings.counts.has(plantedFaults[kind]))
    const left = plants.left()
    console.log(
      missed.length + left.length === 0
        ? 'soak:all: each planted fault was found'
        : `soak:all: FAILED: not found: ${missed}; not planted: ${left}`,
    )
    return missed.length + left.length === 0 ? 0 : 1
  }
  const passed = findings.counts.size === 0
  if (values.table) writeTable({ seconds, seed, totals, findings })
  console.log(passed ? 'soak:all: passed' : 'soak:all: FAILED')
  return passed ? 0 : 1
}

const status = await inOwnNamespace()
if (status === undefined)
  for (const signal of signals) process.once(signal, () => endAll().finally(() => process.exit(1)))
process.once('exit', () => rmSync(printedFolder, { recursive: true, force: true }))
process.exitCode = status ?? (await main())
