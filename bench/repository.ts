// The checkout that is measured. Compiled files lie in build/bench.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { environment } from './processes.ts'

const root = join(import.meta.dirname, '../..')

export const productCli = join(root, 'dist/cli.js')

/** The commit, and whether the sources differ from it. */
export function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, env: environment, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--', 'src') === '' ? '' : ' with changes'
  return git('rev-parse', '--short', 'HEAD') + changed
}
