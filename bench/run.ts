// `npm run bench`: the built product beside others that do the same job. See README.md in this folder.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { contestants } from './contestants.ts'
import { goalTable, judge, sampleTable } from './goals.ts'
import { growth, hours, steps } from './growth.ts'
import { startLoad } from './loader.ts'
import { end, environment, isThere, pinned } from './processes.ts'
import { profile } from './profile.ts'
import { alone, Samples, shared, sizes } from './scenarios.ts'
import { startUpstream } from './upstream.ts'

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
for (const [program, packageName] of [
  ['nginx', 'nginx-light'],
  ['openssl', 'openssl'],
]) {
  if (!isThere(program)) fail(`${program} is missing; on Debian: apt-get install ${packageName}`)
}
const wanted = (name) => options.scenario.length === 0 || options.scenario.includes(name)
const base = options.quick ? sizes.quick : sizes.full
const size = options.rounds === undefined ? base : { ...base, rounds: Number(options.rounds) }

const folder = mkdtempSync(join(tmpdir(), 'catapa-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const upstream = await startUpstream(folder)
const load = startLoad()
const samples = new Samples()
const direct = load.direct(upstream)
await untilItAnswers(direct.port, direct.headers)

if (options.profile !== undefined) {
  process.stdout.write(await profile(options.profile, folder, load, startOne, size.warmUp))
} else if (options.growth) {
  const given = {
    startOne,
    load,
    direct,
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
} else {
  const before = await directP99()
  await runShared()
  await runAlone()
  const after = await directP99()
  report(before, after)
}
await load.end()
await end(upstream.child)

/** Starts a contestant and waits for its first 200. */
async function startOne(name, more = {}) {
  const begun = performance.now()
  const { port, child, ...rest } = await contestants(folder, upstream, { also: options.also, ...more })[name]()
  await untilItAnswers(port, {})
  return { name, port, child, pid: child.pid, startMs: performance.now() - begun, ...rest }
}

async function runShared() {
  const chosen = Object.entries(shared).filter(([name]) => wanted(name))
  if (chosen.length === 0) return
  const running = []
  for (const name of Object.keys(contestants(folder, upstream, options))) running.push(await startOne(name))
  for (const one of running) {
    tell(`warming up ${one.name}`)
    await load.burst(one, 'get', 64, size.warmUp)
  }
  for (const [name, run] of chosen) {
    tell(name)
    const kind = { post: 'post', large: 'large' }[name]
    // Their own code is warmed up too.
    if (kind !== undefined) for (const one of running) await load.burst(one, kind, 64, size.warmUp / 4)
    await run({ running: [direct, ...running], load, samples, size })
  }
  await Promise.all(running.map(({ child }) => end(child)))
}

async function runAlone() {
  for (const [name, run] of Object.entries(alone).filter(([name]) => wanted(name))) {
    tell(name)
    await run({
      startOne,
      load,
      samples,
      size,
      names: options.also ? ['product', 'also', 'bare'] : ['product', 'bare'],
    })
  }
}

/** How long a request takes that meets no proxy: what is left is the machine. */
async function directP99() {
  const [{ p99Ms }] = await load.rate([direct], 150, options.quick ? 300 : 600)
  return p99Ms
}

function report(before, after) {
  const directMs = samples.all['rate: p99 ms']?.direct ?? []
  const worst = Math.max(before, after, ...directMs)
  const busy = worst > busyMs
  if (busy && !options.anyway) {
    fail(
      `the machine is too busy to tell: p99 of direct requests is ${worst.toFixed(2)} ms, over ${busyMs}. --anyway reports all the same.`,
    )
  }
  const judged = judge(samples.all)
  const machine = { ...versions(), directP99Ms: worst, rounds: size.rounds, warmUp: size.warmUp }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, goals: judged, samples: samples.all }, null, 1)}\n`)
    return
  }
  const warning = busy
    ? `\nTHE MACHINE WAS BUSY: p99 of direct requests up to ${worst.toFixed(2)} ms. Do not quote this.\n`
    : ''
  process.stdout.write(`${goalTable(judged)}\n\n${sampleTable(samples.all)}\n\n${facts(machine)}\n${warning}`)
}

function facts(machine) {
  return Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

function versions() {
  const [cpu] = cpus()
  const nginx = /nginx\/([\d.]+)/.exec(spawnSync('nginx', ['-v'], { env: environment, encoding: 'utf8' }).stderr)?.[1]
  const git = (...args) =>
    execFileSync('git', args, { cwd: import.meta.dirname, env: environment, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--', '../../src') === '' ? '' : ' with changes'
  return {
    commit: git('rev-parse', '--short', 'HEAD') + changed,
    node: process.versions.node,
    nginx,
    cpu: `${cpus().length} × ${cpu?.model}`,
    pinned: pinned !== undefined,
  }
}

/** Polls until the answer is 200. */
async function untilItAnswers(port, headers) {
  const deadline = performance.now() + 20_000
  for (;;) {
    const status = await statusOf(port, headers)
    if (status === 200) return
    if (performance.now() > deadline) throw new Error(`port ${port} answered ${status} for 20 s`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function statusOf(port, headers) {
  return new Promise((resolve) => {
    const sent = request(
      { port, host: '127.0.0.1', path: '/core/v1/companies?page=0', headers, agent: false },
      (answer) => {
        answer.resume()
        answer.once('end', () => resolve(answer.statusCode))
      },
    )
    sent.once('error', (error) => resolve(error.code))
    sent.end()
  })
}

function tell(what) {
  process.stderr.write(`${what}\n`)
}

function fail(why) {
  process.stderr.write(`bench: ${why}\n`)
  process.exit(1)
}
