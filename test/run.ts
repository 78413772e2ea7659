// Runs every test file with node's own runner. `node --test FOLDER` means different things on Node 20 and 22, and npm
// scripts have no globs on Windows, so the files are listed here. Arguments select files by a part of their name, or with a `-`
// before it leave them out.
// Most files share a process with their folder, and small folders one with others: before its first test each process loads Fastify,
// undici and our own code, which costs half a second of processor.
// What the sidecars of the suite printed is searched for secrets last. The last line counts what test/support/programs.ts skipped.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Each process takes long, some since they wait: they begin first, in this order. Some share a Chromium. */
const long: string[][] = [
  ['system/compatibility'],
  ['http/over-tls'],
  ['system/repeats'],
  ['tokens/cache/histories'],
  ['admin/page/browser/main', 'admin/page/accessibility'],
  ['system/web-pages', 'commands/login/browser'],
  ['login/folder-lock', 'login/state-folder', 'login/user-login'],
  ['system/on-behalf', 'login/endurance'],
  ['commands/wait', 'cli'],
  ['commands/exec', 'log/line-writer'],
  ['system/expressions', 'system/java-ledger', 'system/callers'],
  ['forwarding/turns/pauses', 'forwarding/turns/fair-turns', 'forwarding/turns/places', 'forwarding/slow-callers'],
  ['log/request-line', 'http/tls-server'],
  ['sidecar/sidecar', 'sidecar/callers', 'sidecar/rotation', 'settings/followed-files'],
  ['secret-command/follow-secret', 'secret-command/run-program'],
  ['secret-command/own-end', 'secret-command/other-grants'],
  ['forwarding/exchange/exchange'],
  ['forwarding/repeats/crash'],
  [
    'audit/writing/trail-failure',
    'audit/writing/crash',
    'audit/writing/real-disk',
    'audit/writing/trail-taken',
    'audit/writing/trail-properties',
  ],
]

/** Each has a process of its own, since it changes the user or the timers of its process, or measures its memory. */
const apart = [
  'commands/login',
  'commands/policy/suggestion',
  'running/same-folder',
  'forwarding/exchange/connect',
  'login/login-file',
  'network/listen',
  'sandbox/wire',
]

/**
 * Each runs by itself once the others are done: it looks at the way of a request in single turns of the event loop or pieces of the
 * heap, or at processor time, which others that run beside it change.
 */
const byThemselves = ['system/hot-path', 'admin/metrics/metrics', 'admin/metrics/caller-counts', 'bench/processes']

/** So many files share a process at most. */
const mostFiles = 14
/** A folder with fewer shares one with others. */
const fewFiles = 4

const folder = import.meta.dirname
const given = process.argv.slice(2)
const wanted = given.filter((part) => !part.startsWith('-'))
const unwanted = given.filter((part) => part.startsWith('-')).map((part) => part.slice(1))
const last = join('system', 'printed.test.js')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.test.js') && name !== last,
)
const isOneOf = (parts: readonly string[]) => (name: string) => parts.some((part) => name.includes(part))
const chosen = files
  .filter(wanted.length === 0 ? () => true : isOneOf(wanted))
  .filter((name) => !isOneOf(unwanted)(name))
const unknown = [...wanted, ...unwanted].filter((part) => ![...files, last].some((name) => name.includes(part)))
if (unknown.length > 0 || chosen.length === 0) {
  const [what, hint] = [
    (unknown.length > 0 ? unknown : wanted).join(' or '),
    'system/printed runs after all others only',
  ]
  process.stderr.write(`No test file has a path with ${what} in it; ${hint}.\n`)
  process.exit(2)
}

const printed = mkdtempSync(join(tmpdir(), 'catapa-printed-'))
const skipped = join(printed, 'skipped')
writeFileSync(skipped, '')
const alone = byThemselves.map(fileOf)
// Most tests wait more than they compute.
const passed = [
  run(shared(chosen.filter((name) => !alone.includes(name))), 8),
  run(
    [...alone.filter((name) => chosen.includes(name)), ...(given.length === 0 ? [last] : [])].map((name) => [name]),
    1,
  ),
]
process.stdout.write(`${wanting(readFileSync(skipped, 'utf8'))}\n`)
rmSync(printed, { recursive: true, force: true })
process.exitCode = passed.includes(false) ? 1 : 0

/** @returns whether all tests of these processes passed, so many at a time */
function run(processes: string[][], atATime: number): boolean {
  if (processes.length === 0) return true
  const all = entries(processes, join(printed, `${atATime}`))
  // The time-out counts for whole processes too, with all of their files, and machines are busy.
  const options = ['--test', `--test-concurrency=${atATime}`, '--test-reporter=spec', '--test-timeout=600000']
  const env = { ...process.env, PRINTED_FOLDER: printed, SKIPPED_FILE: skipped }
  return spawnSync(process.execPath, [...options, ...all], { stdio: 'inherit', env }).status === 0
}

/** As `readdirSync` names it. @throws Error where a list above names a file that is not there */
function fileOf(name: string): string {
  const file = `${name.replaceAll('/', sep)}.test.js`
  if (!files.includes(file)) throw new Error(`test/run.ts names ${file}, which is not there`)
  return file
}

/** The files of each process, those first that take longest: else the end would be a wait for the last of them. */
function shared(names: string[]): string[][] {
  const [first, later] = [long.map((ones) => ones.map(fileOf)), apart.map((one) => [fileOf(one)])]
  const known = new Set([...first, ...later].flat())
  const folders = new Map<string, string[]>()
  for (const name of names) {
    const [top = ''] = name.split(sep)
    if (!known.has(name)) folders.set(top, [...(folders.get(top) ?? []), name])
  }
  const large = [...folders.values()].filter((folder) => folder.length >= fewFiles)
  const small = [...folders.values()].filter((folder) => folder.length < fewFiles)
  const byCount = [...large, small.flat()].flatMap(inParts).sort((a, b) => b.length - a.length)
  const wantedOf = (lists: string[][]) =>
    lists.map((list) => list.filter((name) => names.includes(name))).filter((list) => list.length > 0)
  return [...wantedOf(first), ...byCount, ...wantedOf(later)]
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
