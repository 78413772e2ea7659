import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { environment, pinned } from './processes.ts'
import { commit } from './repository.ts'

/** What was measured, and on what. */
export function versions() {
  const all = cpus()
  const { stderr } = spawnSync('nginx', ['-v'], { env: environment, encoding: 'utf8' })
  return {
    commit: commit(),
    node: process.versions.node,
    nginx: /nginx\/([\d.]+)/.exec(stderr)?.[1],
    cpu: `${all.length} × ${all[0]?.model}`,
    pinned: pinned !== undefined,
  }
}

/** Facts as a line. */
export function line(facts: object): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}
