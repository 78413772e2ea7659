// Installs the package as a user does, `npm install --global TARBALL` into an empty prefix, without the scripts of
// dependencies, and runs it: --version, and demo on free ports with one request through it. With `--ci` it first runs
// `npm ci --ignore-scripts` in a copy of the manifest and the lockfile. Needs a build and npm's registry or its cache.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'catapa-try-'))
const prefix = join(folder, 'prefix')
const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
const windows = process.platform === 'win32'
// On Windows npm and what it installs are .cmd files, which only a shell runs.
const run = (command, args, cwd = folder) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: windows && command !== process.execPath,
  })

try {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (process.argv.includes('--ci')) {
    const clean = join(folder, 'clean')
    mkdirSync(clean)
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(root, file), join(clean, file))
    run('npm', ['ci', ...quiet], clean)
    say('npm ci --ignore-scripts', `${readdirSync(join(clean, 'node_modules')).length} folders in node_modules`)
  }
  const tarball = run(process.execPath, [join(root, 'scripts/pack.mjs'), folder]).trim()
  const began = performance.now()
  run('npm', ['install', '--global', '--prefix', prefix, ...quiet, tarball])
  say('npm install --global', `into an empty prefix, ${((performance.now() - began) / 1000).toFixed(1)} s`)
  const program = windows ? join(prefix, 'catapa-sidecar.cmd') : join(prefix, 'bin/catapa-sidecar')
  const said = run(program, ['--version']).trim()
  if (said !== version) throw new Error(`--version says ${said}, package.json ${version}`)
  say('catapa-sidecar --version', said)
  const installed = join(prefix, windows ? 'node_modules' : 'lib/node_modules', 'catapa-sidecar/dist/cli.js')
  // A signal to the shell around a .cmd would not reach the program.
  await (windows ? demo(process.execPath, installed) : demo(program))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function demo(program, ...args) {
  const child = spawn(program, [...args, 'demo'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      // biome-ignore lint/style/noProcessEnv: the program's rule; this only finds node for it
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
      SIDECAR_LISTEN: 'localhost:0',
      SIDECAR_ADMIN_LISTEN: 'off',
      SANDBOX_LISTEN: 'localhost:0',
    },
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  try {
    let text = ''
    child.stdout.setEncoding('utf8')
    for await (const chunk of child.stdout) {
      text += chunk
      if (text.includes('Ctrl-C ends both')) break
    }
    const [, url] = /sidecar +(http:\S+)/.exec(text) ?? []
    if (url === undefined) throw new Error(`demo printed no address:\n${text}`)
    const answer = await fetch(`${url}/core/v1/employees?size=2`)
    const { content, data } = await answer.json()
    say(
      'catapa-sidecar demo',
      `${answer.status} for a request without a login, ${(content ?? data ?? []).length} employees`,
    )
    if (answer.status !== 200) throw new Error('demo does not answer')
  } finally {
    child.kill('SIGTERM')
  }
  say('SIGTERM', `ended with ${await ended}`)
}

function say(what, seen) {
  process.stdout.write(`${what}: ${seen}\n`)
}
