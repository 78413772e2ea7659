// Runs every test file with node's own runner. `node --test FOLDER` means different things on Node 20 and 22, and npm
// scripts have no globs on Windows, so the files are listed here. Arguments select files by a part of their name.
// Most files share a process with their folder: before its first test each process loads Fastify, undici and our own code, which
// costs half a second of processor.
// What the sidecars of the suite printed is searched for secrets last. The last line counts what test/support/programs.ts skipped.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Each has a process of its own, since it takes long; some share a Chromium. These begin first, in this order. */
const long: (string | string[])[] = [
  'system/compatibility',
  'tokens/cache/histories',
  'login/folder-lock',
  'system/on-behalf',
  ['admin/page/browser/main', 'admin/page/accessibility'],
  ['system/web-pages', 'commands/login/browser'],
  'system/hot-path',
  'login/endurance',
  'sidecar/sidecar',
  'sidecar/callers',
  'login/folder-flaw',
  'login/user-login',
  'commands/wait',
  'cli',
  'forwarding/exchange/exchange',
  'forwarding/pace',
  'forwarding/shares/pauses',
  'forwarding/shares/fair-turns',
  'forwarding/places',
  'commands/exec',
  'log/line-writer',
  'system/java-ledger',
  'tokens/rotation',
  'settings/followed',
  'audit/crash',
  'audit/real-disk',
  'audit/trail-taken',
  'audit/trail-failing',
  'audit/trail-properties',
  'system/callers',
]

/** Each has a process of its own, since it changes the user or the timers of its process, or measures its memory. */
const apart = [
  'commands/login',
  'commands/policy/suggestion',
  'commands/login/running-elsewhere',
  'forwarding/exchange/connect',
  'login/login-file',
  'network/listen',
  'sandbox/wire',
]

/** With this set, as in `.ci/run`, what failed beside others runs once more, alone. */
const again = process.env.AGAIN_ALONE === 'true'
const mostAgain = 3

/** So many files share a process at most. */
const mostFiles = 12

const folder = import.meta.dirname
const wanted = process.argv.slice(2)
const last = join('system', 'printed.test.js')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.test.js') && name !== last,
)
const chosen = files.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
if (chosen.length === 0) throw new Error(`no test file has a path with ${wanted.join(' or ')} in it`)

const printed = mkdtempSync(join(tmpdir(), 'catapa-printed-'))
const skipped = join(printed, 'skipped')
writeFileSync(skipped, '')
const env = { ...process.env, PRINTED_FOLDER: printed, SKIPPED_FILE: skipped }
const failed = (wanted.length === 0 ? [shared(chosen), [[last]]] : [shared(chosen)]).some((processes, round) => {
  const all = entries(processes, join(printed, `${round}`))
  // Most tests wait more than they compute. The time-out counts for whole processes too, and machines are busy.
  const bad = run(all, '--test-concurrency=8')
  return bad.length > 0 && !(again && passAlone(bad))
})
process.stdout.write(`${wanting(readFileSync(skipped, 'utf8'))}\n`)
rmSync(printed, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0

/** @returns the entries in which something failed */
function run(all: readonly string[], ...options: string[]): string[] {
  const told = join(printed, 'failed')
  writeFileSync(told, '')
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[
      `--test-reporter=${pathToFileURL(join(folder, 'support', 'failed-files.js'))}`,
      `--test-reporter-destination=${told}`,
    ],
  ]
  const { status } = spawnSync(
    process.execPath,
    ['--test', ...options, ...reporters, '--test-timeout=240000', ...all],
    {
      stdio: 'inherit',
      env,
    },
  )
  if (status === 0) return []
  const files = readFileSync(told, 'utf8')
    .split('\n')
    .filter((file) => file !== '')
  const bad = all.filter((entry) => {
    const text = readFileSync(entry, 'utf8')
    return files.some((file) => file === entry || text.includes(JSON.stringify(pathToFileURL(file))))
  })
  return bad.length > 0 ? bad : [...all]
}

/** Whether what failed beside seven others passes by itself; which it was is said, for it is a finding all the same. */
function passAlone(bad: readonly string[]): boolean {
  if (bad.length > mostAgain) return false
  process.stdout.write(`Something failed in ${bad.length} of the processes. They run once more, alone.\n`)
  const passed = bad.every((entry) => run([entry]).length === 0)
  if (passed) process.stdout.write('TO BE LOOKED AT: what failed above has passed alone.\n')
  return passed
}

/** The files of each process, those first that take longest: else the end would be a wait for the last of them. */
function shared(names: string[]): string[][] {
  const fileOf = (name: string) => `${name.replaceAll('/', sep)}.test.js`
  const [first, alone] = [long.map((one) => [one].flat().map(fileOf)), apart.map((one) => [fileOf(one)])]
  const known = new Set([...first, ...alone].flat())
  for (const name of known) if (!files.includes(name)) throw new Error(`test/run.ts names ${name}, which is not there`)
  const folders = new Map<string, string[]>()
  for (const name of names) {
    const [top = ''] = name.split(sep)
    if (!known.has(name)) folders.set(top, [...(folders.get(top) ?? []), name])
  }
  const byCount = [...folders.values()].flatMap(inParts).sort((a, b) => b.length - a.length)
  const wantedOf = (lists: string[][]) =>
    lists.map((list) => list.filter((name) => names.includes(name))).filter((list) => list.length > 0)
  return [...wantedOf(first), ...byCount, ...wantedOf(alone)]
}

/** What waits in turn in one process would be the last to end. */
function inParts(names: string[]): string[][] {
  const parts = Math.ceil(names.length / mostFiles)
  return Array.from({ length: parts }, (_, part) => names.filter((_name, index) => index % parts === part))
}

/** A file for each process, which imports its test files. They are numbered, since the runner sorts them. */
function entries(processes: string[][], into: string): string[] {
  mkdirSync(into)
  return processes.map((names, index) => {
    const entry = join(into, `${String(index).padStart(2, '0')}.mjs`)
    writeFileSync(entry, names.map((name) => `import ${JSON.stringify(pathToFileURL(join(folder, name)))}\n`).join(''))
    return entry
  })
}

/** @param lines for each test that was skipped, the Debian packages that it wants */
function wanting(lines: string): string {
  const count = lines.split('\n').length - 1
  if (count === 0) return 'No test was skipped for want of a program.'
  const packages = [...new Set(lines.trim().split(/\s/))].sort().join(' ')
  return `${count} ${count === 1 ? 'test was' : 'tests were'} skipped for want of programs. On Debian: apt-get install ${packages}`
}
