import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { root } from '../../support/sidecar.ts'
import { type Findings, rules } from './findings.ts'
import type { Totals } from './totals.ts'

type Run = Readonly<{ seconds: number; seed: number; totals: Totals; findings: Findings }>

const path = join(root, 'docs/design/endurance.md')
const [begin, end] = ['<!-- long run -->', '<!-- /long run -->']

/** Puts the result of a run into docs/design/endurance.md, in place of the one before. */
export function writeTable({ seconds, seed, totals, findings }: Run): void {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [processor] = cpus()
  const machine = `${cpus().length} × ${processor?.model.trim() ?? process.arch}, Node ${process.versions.node}`
  const rows = [
    ['run', `${seconds} s, seed ${seed}, version ${version}, ${new Date().toISOString().slice(0, 10)}`],
    ['machine', machine],
    ...totals.rows(),
    ...rules.map((rule) => [rule, findings.counts.has(rule) ? `broken ${findings.counts.get(rule)} times` : 'yes']),
  ]
  const table = [['what', 'result'], ['---', '---'], ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
  const page = readFileSync(path, 'utf8')
  const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)]
  writeFileSync(path, `${page.slice(0, from)}\n${table}\n${page.slice(to)}`)
}
