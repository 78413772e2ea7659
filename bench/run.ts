// `npm run bench`: the built product beside others that do the same job. See README.md in this folder.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contestants as contestantsOf } from './contestants/contestants.ts'
import { untilItAnswers } from './contestants/first-answer.ts'
import type { Samples } from './goals/samples.ts'
import { measures } from './growth/measures.ts'
import { startLoad } from './load/load.ts'
import { line, versions } from './machine.ts'
import { readOptions } from './options.ts'
import { end, isThere } from './processes.ts'
import { profile } from './profile/profile.ts'
import { report } from './report.ts'
import { fail } from './say.ts'
import { runAlone, runShared } from './scenarios/run-scenarios.ts'
import { lowRate, sizes } from './scenarios/scenario.ts'
import { alone, shared } from './scenarios/scenarios.ts'
import { startUpstream } from './upstream/upstream.ts'

const options = readOptions()
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
const contestants = contestantsOf(folder, upstream, options.also)
await untilItAnswers(upstream.direct)

if (options.profile !== undefined) await printProfile(options.profile)
else if (options.growth) await printGrowth()
else await printScenarios()
await load.end()
await end(upstream.child)

async function printScenarios(): Promise<void> {
  const samples: Samples = {}
  const tools = { load, samples, size }
  const before = await directP99Ms()
  await runShared(contestants, upstream, wanted, tools)
  await runAlone(contestants, wanted, tools)
  const after = await directP99Ms()
  process.stdout.write(report(samples, size, Math.max(before, after), options))
}

async function printGrowth(): Promise<void> {
  const rounds = options.quick ? 1 : size.rounds
  const [seconds, speed] = [Number(options.seconds), Number(options.speed)]
  const tools = { contestants, load, upstream, folder, rounds, warmUp: size.warmUp, seconds, speed }
  for (const [name, measure] of Object.entries(measures)) {
    if (wanted(name)) process.stdout.write(`${await measure(tools)}\n\n`)
  }
  process.stdout.write(`${line(versions())}\n`)
}

async function printProfile(name: string): Promise<void> {
  const start = new Map(Object.entries(contestants)).get(name)
  if (start === undefined) fail(`there is no contestant "${name}"; there are ${Object.keys(contestants).join(', ')}`)
  process.stdout.write(await profile(name, start, load, { folder, requests: size.warmUp }))
}

function wanted(name: string): boolean {
  return options.scenario.length === 0 || options.scenario.includes(name)
}

/** How long a request takes that meets no proxy: what is left is the machine. */
async function directP99Ms(): Promise<number> {
  const results = await load.rate([upstream.direct], { perSecond: lowRate, requests: options.quick ? 300 : 600 })
  return Math.max(...results.map(({ p99Ms }) => p99Ms))
}
