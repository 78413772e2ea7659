// Makes the zip for Windows: the program with its packages, node.exe, nssm.exe and the scripts of deploy/windows.
// `node scripts/windows-zip.mjs FOLDER --node NODE_EXE --nssm NSSM_EXE`, after a build. Needs
// tar and zip. node.exe: nodejs.org's, with its LICENSE beside it; nssm.exe: docs/deploy/windows.md.
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { node: { type: 'string' }, nssm: { type: 'string' } },
})
const [destination] = positionals
if (destination === undefined || values.node === undefined || values.nssm === undefined) {
  process.stderr.write('node scripts/windows-zip.mjs FOLDER --node NODE_EXE --nssm NSSM_EXE\n')
  process.exit(2)
}

const work = mkdtempSync(join(tmpdir(), 'catapa-windows-'))
try {
  const run = (command, args, cwd) =>
    execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const tarball = run(process.execPath, [join(root, 'scripts/pack.mjs'), work], root).trim()
  run('tar', ['-xzf', tarball, '-C', work], work)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const name = `catapa-sidecar-${version}-windows-x64`
  const program = join(work, name)
  run('mv', ['package', name], work)
  // Of nothing but the shrinkwrap's versions; no package of the run time depends on the platform.
  run(
    'npm',
    ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
    program,
  )
  for (const unused of ['deploy/systemd', 'node_modules/.bin', 'node_modules/.package-lock.json']) {
    rmSync(join(program, unused), { recursive: true, force: true })
  }
  // As in the Dockerfile: what the program does not read stays out, licences stay in.
  for (const entry of readdirSync(join(program, 'node_modules'), { recursive: true, withFileTypes: true })) {
    const unread = entry.isDirectory()
      ? /^(tests?|benchmarks?|\.github)$/.test(entry.name)
      : /\.(map|[cm]?ts)$|^(readme|changelog).*\.md$/i.test(entry.name)
    if (unread) rmSync(join(entry.parentPath, entry.name), { recursive: true, force: true })
  }
  copyFileSync(values.node, join(program, 'node.exe'))
  copyFileSync(join(dirname(values.node), 'LICENSE'), join(program, 'LICENSE-node.txt'))
  copyFileSync(values.nssm, join(program, 'nssm.exe'))
  const others = '\nnode.exe: Node.js, see LICENSE-node.txt\nnssm.exe: nssm, in the public domain, https://nssm.cc\n'
  appendFileSync(join(program, 'LICENSES.txt'), others)
  const scripts = join(root, 'deploy/windows')
  for (const file of readdirSync(scripts).filter((name) => /\.(cmd|cjs)$/.test(name))) {
    // cmd.exe loses its way to labels where lines end otherwise.
    writeFileSync(join(program, file), readFileSync(join(scripts, file), 'utf8').replaceAll(/\r?\n/g, '\r\n'))
  }
  mkdirSync(destination, { recursive: true })
  const zip = resolve(destination, `${name}.zip`)
  rmSync(zip, { force: true })
  run('zip', ['-qrX', zip, name], work)
  process.stdout.write(`${zip}\n`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
