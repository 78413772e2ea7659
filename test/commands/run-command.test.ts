// What the words of a command line mean, and output that nobody reads.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { commands } from '../../src/commands/commands.ts'
import { helpWords } from '../../src/commands/help-words.ts'
import { sandboxSettings } from '../../src/settings/sandbox-settings.ts'
import { root, runCli } from '../support/sidecar.ts'

async function ended(t: TestContext, words: string[]): Promise<{ code: number | null; output: string }> {
  const command = runCli(t, words)
  const { code } = await command.exit
  return { code, output: command.output() }
}

const closed: [words: string[], code: number][] = [
  [['--help'], 0],
  [['help', 'doctor'], 0],
  [['version'], 0],
  [['key'], 0],
  [['policy', 'list'], 0],
  [['policy', 'check', '*', 'GET', '/x'], 0],
  [['doctor'], 2],
  [['doctor', '--json'], 2],
]

for (const [words, code] of closed) {
  test(`${words.join(' ')} whose output nobody reads is silent, and ends with ${code} all the same`, async (t) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME }
    const child = spawn(process.execPath, [join(root, 'dist/cli.js'), ...words], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    t.after(() => child.kill('SIGKILL'))
    child.stdout.destroy() // Long before there is anything to write.
    let complaints = ''
    child.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk
    })
    assert.deepEqual(await once(child, 'close'), [code, null], complaints)
    assert.equal(complaints, '')
  })
}

test('help, help COMMAND, -h, version, -v and -V say what --help and --version say', async (t) => {
  const [help, start, version] = await Promise.all([
    ended(t, ['--help']),
    ended(t, ['start', '--help']),
    ended(t, ['--version']),
  ])
  assert.deepEqual([help.code, start.code, version.code], [0, 0, 0])
  for (const words of [['help'], ['-h'], ['help', '--help']]) assert.deepEqual(await ended(t, words), help)
  for (const words of [
    ['help', 'start'],
    ['start', '-h'],
  ])
    assert.deepEqual(await ended(t, words), start)
  for (const words of [['version'], ['-v'], ['-V'], ['wait', '-v']]) assert.deepEqual(await ended(t, words), version)
})

const wrong: [words: string[], said: string][] = [
  [
    ['start', '--confg', 'x'],
    'catapa-sidecar start has no option --confg; did you mean --config?; see catapa-sidecar start --help',
  ],
  [
    ['--confg', 'x'],
    'catapa-sidecar start has no option --confg; did you mean --config?; see catapa-sidecar start --help',
  ],
  [
    ['healthcheck', '--reday'],
    'catapa-sidecar healthcheck has no option --reday; did you mean --ready?; see catapa-sidecar healthcheck --help',
  ],
  [['start', '--secret=4711'], 'catapa-sidecar start has no option --secret; see catapa-sidecar start --help'],
  [
    ['start', '--config'],
    'catapa-sidecar start wants a value after --config, as in --config=VALUE; see catapa-sidecar start --help',
  ],
  [
    ['wait', '--timeout', '--help'],
    'catapa-sidecar wait wants a value after --timeout, as in --timeout=VALUE; see catapa-sidecar wait --help',
  ],
  [['start', '--help=yes'], 'catapa-sidecar start takes --help without a value; see catapa-sidecar start --help'],
  [['start', 'now'], 'catapa-sidecar start takes no arguments; see catapa-sidecar start --help'],
  [['key', '--', 'now'], 'catapa-sidecar key takes no --; see catapa-sidecar key --help'],
  [['exec', 'php'], 'catapa-sidecar exec takes the command to run after --; see catapa-sidecar exec --help'],
  [['strat'], 'catapa-sidecar: there is no command strat; did you mean start?\nSee catapa-sidecar --help.'],
  [['help', 'wiat'], 'catapa-sidecar: there is no command wiat; did you mean wait?\nSee catapa-sidecar --help.'],
]

for (const [words, said] of wrong) {
  test(`${words.join(' ')} ends with 2 and one plain sentence`, async (t) => {
    assert.deepEqual(await ended(t, words), { code: 2, output: `${said}\n` })
  })
}

test('a command that is like none of ours gets the list of them, and nothing that moves a cursor', async (t) => {
  const { code, output } = await ended(t, ['frob\u001B[2Jnicate'])
  assert.equal(code, 2)
  assert.match(output, /^catapa-sidecar: there is no command frob\?\[2Jnicate\n\n.*Usage:/s)
})

test('sandbox --help names every setting of the sandbox', () => {
  for (const { name } of Object.values(sandboxSettings)) assert.ok(helpWords().sandbox.help.includes(name), name)
})

test('the table of docs/commands.md has all of them', () => {
  const table = readFileSync(join(root, 'docs/commands.md'), 'utf8')
  for (const name of Object.keys(commands)) assert.match(table, new RegExp(`^\\| \`${name}\\b`, 'm'), name)
})
