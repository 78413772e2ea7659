// Many sidecars in front of three kinds of token servers, a day long, on a virtual clock: npm run scale
// `--write` puts tables and plots into docs; `--up-to 100` leaves larger fleets out; `--real` starts real processes instead
// and compares them with the simulation of the same case, with the cache that SIDECAR_CACHE_URL names, if it is set.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withTables } from '../../support/docs-tables.ts'
import { root } from '../../support/sidecar.ts'
import { dayOf, fleets, serverKinds, summary } from './day.ts'
import { simulate } from './fleet.ts'
import { type Outcome, plotFile, rowOf, tablesOf } from './page.ts'
import { plot } from './plot.ts'
import { compare } from './real.ts'

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    real: { type: 'boolean', default: false },
    'up-to': { type: 'string', default: String(fleets.at(-1)) },
  },
})

function outcomes(): Outcome[] {
  Error.stackTraceLimit = 0 // Failures are made by the million.
  const cases = serverKinds.flatMap((kind) =>
    fleets
      .filter((sidecars) => sidecars <= Number(values['up-to']))
      .flatMap((sidecars) => [false, true].map((shared) => ({ kind, sidecars, shared }))),
  )
  return cases.map((of) => {
    const before = { wall: performance.now(), cpu: process.cpuUsage() }
    const tally = simulate(dayOf(of))
    const outcome = { of, tally, summary: summary(tally, of.kind) }
    const wall = ((performance.now() - before.wall) / 1000).toFixed(1)
    const { user, system } = process.cpuUsage(before.cpu)
    console.log(
      `${of.kind} | ${rowOf(outcome).join(' | ')} | ${wall} s, ${((user + system) / 1e6).toFixed(1)} s of processor`,
    )
    return outcome
  })
}

function write(all: readonly Outcome[]): void {
  const page = join(root, 'docs/scale.md')
  writeFileSync(page, withTables(readFileSync(page, 'utf8'), tablesOf(all)))
  for (const kind of serverKinds) {
    const ofKind = all.filter(({ of }) => of.kind === kind)
    writeFileSync(join(root, plotFile(kind)), plot(kind, ofKind))
  }
}

if (values.real) process.exitCode = (await compare()) ? 0 : 1
else {
  const all = outcomes()
  if (values.write) write(all)
}
