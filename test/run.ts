// Runs every test file with node's own runner. `node --test FOLDER` means different things on Node 20 and 22, and npm
// scripts have no globs on Windows, so the files are listed here. Arguments select files by a part of their name.
// What the sidecars of the suite printed is searched for secrets last. The last line counts what test/support/programs.ts skipped.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = import.meta.dirname
const wanted = process.argv.slice(2)
const last = join('system', 'printed.test.js')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.test.js') && name !== last,
)
const chosen = files.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))

const printed = mkdtempSync(join(tmpdir(), 'catapa-printed-'))
const skipped = join(printed, 'skipped')
writeFileSync(skipped, '')
const env = { ...process.env, PRINTED_FOLDER: printed, SKIPPED_FILE: skipped }
const failed = (wanted.length === 0 ? [chosen, [last]] : [chosen]).some((names) => {
  // Most tests wait more than they compute. The time-out counts for whole files too, and machines are busy.
  const args = ['--test', '--test-concurrency=6', '--test-timeout=240000', ...names.map((name) => join(folder, name))]
  return spawnSync(process.execPath, args, { stdio: 'inherit', env }).status !== 0
})
process.stdout.write(`${wanting(readFileSync(skipped, 'utf8'))}\n`)
rmSync(printed, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0

/** @param lines for each test that was skipped, the Debian packages that it wants */
function wanting(lines: string): string {
  const count = lines.split('\n').length - 1
  if (count === 0) return 'No test was skipped for want of a program.'
  const packages = [...new Set(lines.trim().split(/\s/))].sort().join(' ')
  return `${count} ${count === 1 ? 'test was' : 'tests were'} skipped for want of programs. On Debian: apt-get install ${packages}`
}
