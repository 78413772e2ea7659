// Runs every test file with node's own runner. `node --test FOLDER` means different things on Node 20 and 22, and npm
// scripts have no globs on Windows, so the files are listed here. Arguments select files by a part of their name.
// What the sidecars of the suite printed is searched for secrets last.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = import.meta.dirname
const wanted = process.argv.slice(2)
const last = 'printed.test.js'
const files = readdirSync(folder).filter((name) => name.endsWith('.test.js') && name !== last)
const chosen = files.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))

const printed = mkdtempSync(join(tmpdir(), 'catapa-printed-'))
const env = { ...process.env, PRINTED_FOLDER: printed }
const failed = (wanted.length === 0 ? [chosen, [last]] : [chosen]).some((names) => {
  // Most tests wait more than they compute.
  const args = ['--test', '--test-concurrency=4', '--test-timeout=120000', ...names.map((name) => join(folder, name))]
  return spawnSync(process.execPath, args, { stdio: 'inherit', env }).status !== 0
})
rmSync(printed, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0
