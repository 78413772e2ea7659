// `npm run bench`: the built product beside others that do the same job. See README.md in this folder.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { contestants as allContestants, root, untilItAnswers } from './contestants/contestants.ts'
import { goalTable, judge, type Samples, sampleTable } from './goals/goals.ts'
import { growth, hours, steps } from './growth/growth.ts'
import { startLoad } from './load/load.ts'
import { end, environment, isThere, pinned } from './processes.ts'
import { profile } from './profile/profile.ts'
import { alone, lowRate, shared, sizes } from './scenarios/scenarios.ts'
import { startUpstream } from './upstream/upstream.ts'

/** Direct requests, one at a time, take longer than this only where others use the machine too. */
const busyMs = 1

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    scenario: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
    also: { type: 'string' },
    anyway: { type: 'boolean', default: false },
    profile: { type: 'string' },
    growth: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '600' },
    speed: { type: 'string', default: '1' },
  },
})
const measures = { growth, steps, hours }
const names = Object.keys(options.growth ? measures : { ...shared, ...alone })
for (const name of options.scenario) {
  if (!names.includes(name)) fail(`there is no scenario "${name}"; there are ${names.join(', ')}`)
}
for (const [program, packageName] of Object.entries({ nginx: 'nginx-light', openssl: 'openssl' })) {
  if (!isThere(program)) fail(`${program} is missing; on Debian: apt-get install ${packageName}`)
}
const base = options.quick ? sizes.quick : sizes.full
const size = options.rounds === undefined ? base : { ...base, rounds: Number(options.rounds) }

const folder = mkdtempSync(join(tmpdir(), 'catapa-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const upstream = await startUpstream(folder)
const load = startLoad()
const samples: Samples = {}
const contestants = allContestants(folder, upstream, options.also)
const tools = { load, samples, size }
await untilItAnswers(upstream.direct)

if (options.profile !== undefined) await runProfile(options.profile)
else if (options.growth) await runGrowth()
else {
  const before = await directP99Ms()
  await runShared()
  await runAlone()
  report(Math.max(before, await directP99Ms()))
}
await load.end()
await end(upstream.child)

function wanted(name: string): boolean {
  return options.scenario.length === 0 || options.scenario.includes(name)
}

async function runProfile(name: string): Promise<void> {
  const start = new Map(Object.entries(contestants)).get(name)
  if (start === undefined) fail(`there is no contestant "${name}"; there are ${Object.keys(contestants).join(', ')}`)
  process.stdout.write(await profile(name, start, load, { folder, requests: size.warmUp }))
}

async function runGrowth(): Promise<void> {
  const given = {
    contestants,
    load,
    upstream,
    folder,
    tell,
    warmUp: size.warmUp,
    rounds: options.quick ? 1 : size.rounds,
    seconds: Number(options.seconds),
    speed: Number(options.speed),
  }
  for (const [name, measure] of Object.entries(measures)) {
    if (wanted(name)) process.stdout.write(`${await measure(given)}\n\n`)
  }
  process.stdout.write(`${facts(versions())}\n`)
}

async function runShared(): Promise<void> {
  const chosen = Object.entries(shared).filter(([name]) => wanted(name))
  if (chosen.length === 0) return
  const running = []
  for (const start of Object.values(contestants)) running.push(await start())
  for (const one of running) {
    tell(`warming up ${one.name}`)
    await load.burst(one, { requests: size.warmUp })
  }
  for (const [name, { warmUpKind: kind, run }] of chosen) {
    tell(name)
    if (kind !== undefined) for (const one of running) await load.burst(one, { kind, requests: size.warmUp / 4 })
    await run([upstream.direct, ...running], tools)
  }
  await Promise.all(running.map(({ child }) => end(child)))
}

async function runAlone(): Promise<void> {
  for (const [name, run] of Object.entries(alone).filter(([name]) => wanted(name))) {
    tell(name)
    await run(contestants, tools)
  }
}

/** How long a request takes that meets no proxy: what is left is the machine. */
async function directP99Ms(): Promise<number> {
  const results = await load.rate([upstream.direct], { perSecond: lowRate, requests: options.quick ? 300 : 600 })
  return Math.max(...results.map(({ p99Ms }) => p99Ms))
}

function report(directP99Ms: number): void {
  const worst = Math.max(directP99Ms, ...(samples['rate: p99 ms']?.direct ?? []))
  const busy = worst > busyMs
  if (busy && !options.anyway) {
    fail(
      `the machine is too busy to tell: p99 of direct requests is ${worst.toFixed(2)} ms, over ${busyMs}. --anyway reports all the same.`,
    )
  }
  const judged = judge(samples)
  const machine = { ...versions(), directP99Ms: worst, rounds: size.rounds, warmUp: size.warmUp }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, goals: judged, samples }, null, 1)}\n`)
    return
  }
  const warning = busy
    ? `\nTHE MACHINE WAS BUSY: p99 of direct requests up to ${worst.toFixed(2)} ms. Do not quote this.\n`
    : ''
  process.stdout.write(`${goalTable(judged)}\n\n${sampleTable(samples)}\n\n${facts(machine)}\n${warning}`)
}

function facts(machine: Record<string, unknown>): string {
  return Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

function versions() {
  const [cpu] = cpus()
  const nginx = /nginx\/([\d.]+)/.exec(spawnSync('nginx', ['-v'], { env: environment, encoding: 'utf8' }).stderr)?.[1]
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, env: environment, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--', 'src') === '' ? '' : ' with changes'
  return {
    commit: git('rev-parse', '--short', 'HEAD') + changed,
    node: process.versions.node,
    nginx,
    cpu: `${cpus().length} × ${cpu?.model}`,
    pinned: pinned !== undefined,
  }
}

function tell(what: string): void {
  process.stderr.write(`${what}\n`)
}

function fail(why: string): never {
  process.stderr.write(`bench: ${why}\n`)
  process.exit(1)
}
