import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { without } from '../support/programs.ts'
import { heedsSignals, json, type RunningCommand, runCli } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const freePorts = { SIDECAR_LISTEN: 'localhost:0', SIDECAR_ADMIN_LISTEN: 'off', SANDBOX_LISTEN: 'localhost:0' }

/** What `demo` has printed, taken apart. */
async function introduced(command: RunningCommand) {
  const text = await command.until(/Ctrl-C ends both/)
  const [file, url] = [/^ {2}callers {2}(\S+)/m, /^ {2}sidecar {2}(\S+)/m].map((line) => line.exec(text)?.[1] ?? '')
  const keys = new Map([...text.matchAll(/-u ([a-z-]+):(csk_\S+)/g)].map(([, name = '', key = '']) => [name, key]))
  return { text, file: file ?? '', url: url ?? '', keys }
}

/** As `curl -u name:key` asks. */
function ask(url: string, { method = 'GET', name = '', key = '' }): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${name}:${key}`).toString('base64')}`
  return fetch(url, { method, headers: name === '' ? {} : { authorization } })
}

test('demo names two callers in a private callers file with the digests of new keys, which is gone when demo has ended', async (t) => {
  const seen = new Set<string>()
  for (const signals of [1, 2]) {
    const command = runCli(t, ['demo'], freePorts)
    const { text, file, keys } = await introduced(command)
    assert.deepEqual([...keys.keys()], ['export', 'time-clock'])
    const content = readFileSync(file, 'utf8')
    for (const [name, key] of keys) {
      assert.match(key, /^csk_[\w-]{43}$/)
      assert.ok(!seen.has(key), 'a new one at each start')
      seen.add(key)
      const digest = createHash('sha256').update(key).digest('hex')
      assert.match(content, new RegExp(`^\\[${name}\\]\nkey +=? sha256:${digest}$`, 'm'))
    }
    assert.match(content, /^\[\*\]\nprofile = full$/m)
    assert.doesNotMatch(content, /csk_/)
    assert.deepEqual(
      [file, dirname(file)].map((path) => statSync(path).mode & 0o777),
      [0o600, 0o700],
    )
    assert.match(text, /^ {2}curl -s "http:\/\/localhost:\d+\/core\/v1\/employees\?size=2"$/m, 'the first needs no key')
    await heedsSignals(command)
    for (let i = 0; i < signals; i++) command.child.kill('SIGTERM')
    assert.equal((await command.exit).code, 0)
    assert.ok(!existsSync(dirname(file)))
  }
})

test('the printed commands do what is said of them', async (t) => {
  const { url, keys } = await introduced(runCli(t, ['demo'], freePorts))
  const [exportKey, clockKey] = ['export', 'time-clock'].map((name) => ({ name, key: keys.get(name) ?? '' }))
  const people = `${url}/core/v1/employees`
  const unnamed = await ask(`${people}?size=2`, {})
  assert.equal(unnamed.status, 200)
  const { id } = (await json(unnamed)).content[0]
  assert.equal((await ask(`${people}/${id}/payslip`, { method: 'POST' })).status, 200)
  assert.equal((await ask(`${people}?size=2`, { ...exportKey })).status, 200)
  const refused = await ask(people, { ...exportKey, method: 'DELETE' })
  assert.equal(refused.status, 403)
  assert.match((await json(refused)).detail, /export is not allowed \(profile read-only\)/)
  const payslip = await ask(`${people}/${id}/payslip`, { ...clockKey, method: 'POST' })
  assert.equal(payslip.status, 403)
  assert.match((await json(payslip)).detail, /time-clock is not allowed \(profile time-import\)/)
})

test('with a callers file of their own users get that one, and nothing is made up', async (t) => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'own.ini')
  writeFileSync(file, '[*]\nprofile = directory\n', { mode: 0o600 })
  const { text, keys, ...told } = await introduced(runCli(t, ['demo'], { ...freePorts, SIDECAR_CALLERS_FILE: file }))
  assert.equal(told.file, file)
  assert.equal(keys.size, 0)
  assert.doesNotMatch(text, /export|time-clock|csk_/)
})

test('where no file can be written, as in a container that is read-only, demo does without callers and says so', async (t) => {
  const command = runCli(t, ['demo'], { ...freePorts, TMPDIR: '/nowhere', TEMP: '/nowhere' })
  const { text, url, keys } = await introduced(command)
  assert.match(text, /no folder for temporary files, so this demo knows no callers by name/)
  assert.equal(keys.size, 0)
  assert.doesNotMatch(text, /^ {2}callers/m)
  assert.equal((await ask(`${url}/core/v1/employees?size=2`, {})).status, 200)
})

test('demo keeps an audit trail beside its callers file, and prints the commands to look at it', async (t) => {
  const command = runCli(t, ['demo'], freePorts)
  const { text, file, url, keys } = await introduced(command)
  const [, program = '', folder = ''] = /^ {2}(.+) audit show (\S+)$/m.exec(text) ?? []
  assert.equal(dirname(folder), dirname(file))
  const [, verify = ''] = /^ {2}(.+ audit verify \S+)$/m.exec(text) ?? []
  assert.equal(verify, `${program} audit verify ${folder}`)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  const refused = await ask(`${url}/core/v1/employees`, {
    name: 'export',
    key: keys.get('export') ?? '',
    method: 'DELETE',
  })
  assert.equal(refused.status, 403)
  const passed = await ask(`${url}/core/v1/employees`, { method: 'DELETE' })
  assert.equal(passed.headers.get('x-catapa-sidecar-error'), null, 'whoever has no name may')
  const show = async () => {
    const shown = runCli(t, ['audit', 'show', folder, '--json'])
    assert.equal((await shown.exit).code, 0, shown.output())
    return shown.output()
  }
  let output = ''
  for (let tries = 0; tries < 20 && !output.includes('bulk-delete'); tries++) output = await show()
  assert.match(output, /"caller":"export".*"verdict":"refused"/)
  assert.match(output, /"caller":"other".*"effect":"bulk-delete"/)
  // As it is printed, in a shell, where nothing of the name of the command is on PATH.
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` }
  assert.match(execFileSync('sh', ['-c', verify], { encoding: 'utf8', env }), /^Whole: /)
  command.child.kill('SIGTERM')
  assert.equal((await command.exit).code, 0)
  assert.ok(!existsSync(folder))
})

test('a trail of their own is used in place of that', async (t) => {
  const folder = temporaryFolder(t)
  const own = join(folder, 'audit')
  const command = runCli(t, ['demo'], { ...freePorts, SIDECAR_AUDIT_DIR: own })
  const { text } = await introduced(command)
  assert.match(text, new RegExp(`^ {2}.+ audit show ${own}$`, 'm'))
  command.child.kill('SIGTERM')
  await command.exit // It writes in that folder until then.
  assert.ok(existsSync(own))
})

for (const [program, needed] of [
  ['curl', 'curl'],
  ['php', 'php-curl'],
] as const) {
  test(`${program} gives up and sends the add-on again, as demo prints it, and it is paid once`, {
    skip: without(needed, 'curl'),
  }, async (t) => {
    const { text, url } = await introduced(runCli(t, ['demo'], freePorts))
    const printed = text.split('\n').map((line) => line.trim())
    const run = async (line = 'false') => (await promisify(execFile)('sh', ['-c', line])).stdout
    const began = performance.now()
    await run(printed.find((line) => line.includes('latencyMs')))
    const answer = JSON.parse(
      await run(printed.find((line) => line.startsWith(program) && line.includes('add-on/add'))),
    )
    assert.ok(performance.now() - began >= 2900, 'it did not give up')
    await run(printed.find((line) => line.includes('-X DELETE') && line.includes('/sandbox/faults')))
    assert.equal(answer.total, answer.amount)
    const { content } = await json(fetch(`${url}/core/v1/salary-item-add-on`))
    assert.deepEqual(content, [{ employeeId: answer.employeeId, amount: answer.amount }])
  })
}
