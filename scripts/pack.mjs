// Packs the package as it is published: `node scripts/pack.mjs FOLDER`, after a build. It adds to what npm packs
// npm-shrinkwrap.json, which is package-lock.json less what is for development, so that who installs the package gets
// the versions that were tested and not whatever is newest; and sbom.cdx.json and LICENSES.txt, what is in it and on
// which terms. They are made in a copy: in the project's folder, npm would take a shrinkwrap for the lockfile. Links of the
// documents that lead out of the package become text there.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { licences } from './licences.mjs'
import { unlinkWhatIsNotPacked } from './packed-links.mjs'
import { sbom } from './sbom.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [destination] = process.argv.slice(2)
if (destination === undefined) {
  process.stderr.write('pack.mjs: where to? node scripts/pack.mjs FOLDER\n')
  process.exit(2)
}

const stage = mkdtempSync(join(tmpdir(), 'catapa-pack-'))
try {
  const npm = (args) =>
    execFileSync('npm', args, {
      cwd: stage,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      shell: process.platform === 'win32',
    })
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const deployed = ['deploy/systemd', 'deploy/prometheus', 'deploy/grafana']
  const added = ['npm-shrinkwrap.json', 'sbom.cdx.json', 'LICENSES.txt', ...deployed]
  for (const path of [...manifest.files, 'README.md', 'LICENSE', ...deployed].filter((path) => !path.startsWith('!'))) {
    cpSync(join(root, path), join(stage, path), { recursive: true, filter: isPacked })
  }
  unlinkWhatIsNotPacked(stage)
  const { scripts, devDependencies, ...shipped } = manifest
  writeFileSync(
    join(stage, 'package.json'),
    `${JSON.stringify({ ...shipped, files: [...manifest.files, ...added] }, null, 2)}\n`,
  )
  writeFileSync(join(stage, 'npm-shrinkwrap.json'), `${JSON.stringify(shrinkwrap(), null, 2)}\n`)
  writeFileSync(join(stage, 'sbom.cdx.json'), `${JSON.stringify(sbom(), null, 2)}\n`)
  writeFileSync(join(stage, 'LICENSES.txt'), licences())
  mkdirSync(destination, { recursive: true })
  // npm 12 lists by name, the older ones in a row.
  const [{ filename }] = Object.values(JSON.parse(npm(['pack', '--json', '--pack-destination', resolve(destination)])))
  process.stdout.write(`${join(resolve(destination), filename)}\n`)
} finally {
  rmSync(stage, { recursive: true, force: true })
}

/** The papers of docs/design are for those who change the program, and the alerts' tests for those who change the alerts. */
function isPacked(path) {
  return path !== join(root, 'docs/design') && !path.endsWith('.test.yml')
}

function shrinkwrap() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const { devDependencies, ...own } = lock.packages['']
  const runtime = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true)
  return { ...lock, packages: { '': own, ...Object.fromEntries(runtime) } }
}
