// Runs every test file with node's own runner. `node --test FOLDER` means different things on Node 20 and 22, and npm
// scripts have no globs on Windows, so the files are listed here. Arguments select files by a part of their name.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

const folder = import.meta.dirname
const wanted = process.argv.slice(2)
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.test.js') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .map((name) => `${folder}/${name}`)

const { status } = spawnSync(process.execPath, ['--test', '--test-timeout=120000', ...files], { stdio: 'inherit' })
process.exitCode = status ?? 1
