// design/promises 12.7: `repeats`, as a person at a terminal uses it.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startAdministered } from '../support/admin.ts'
import { guardSettings, sendWrite, statusOf } from '../support/guarded.ts'
import { runCli, startUpstream } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function repeats(t: TestContext, words: string[], adminListen: string) {
  const command = runCli(t, ['repeats', ...words], { SIDECAR_ADMIN_LISTEN: adminListen })
  const { code } = await command.exit
  return { code, output: command.output() }
}

test('it lists what is of unknown outcome, as a table or as JSON, and releases one', async (t) => {
  let lost = true
  const upstream = await startUpstream(t, (_request, response) => (lost ? response.destroy() : response.end('{}')))
  const sidecar = await startAdministered(t, upstream.url, guardSettings(temporaryFolder(t)))
  const ask = (...words: string[]) => repeats(t, words, `localhost:${sidecar.adminPort}`)
  assert.deepEqual(await ask(), { code: 0, output: 'No write is of unknown outcome.\n' })
  await sendWrite(sidecar, { headers: ['X-Request-Id: 4bf92f3577b34da6'] })
  lost = false
  const { code, output } = await ask()
  assert.equal(code, 0)
  assert.match(
    output,
    /^number {2}time \(UTC\) +caller +outcome +write +request id\n2 +\S+Z {2}anonymous {2}unknown {2}POST \/core\/v1\/salary-item-add-on {2}4bf92f3577b34da6\n/,
  )
  assert.match(output, /\n\nLook in CATAPA whether each of them is there\./)
  const { time, ...listed } = JSON.parse((await ask('list', '--json')).output)
  assert.equal(typeof time, 'string')
  assert.equal(
    JSON.stringify(listed),
    '{"seq":2,"caller":"anonymous","method":"POST","operation":"/core/v1/salary-item-add-on","requestId":"4bf92f3577b34da6","outcome":"unknown"}',
  )
  assert.equal(statusOf(await sendWrite(sidecar)), 409)
  assert.deepEqual(await ask('release', '2'), { code: 0, output: 'Released: the same write may be sent again.\n' })
  assert.equal(statusOf(await sendWrite(sidecar)), 200)
  const again = await ask('release', '2')
  assert.deepEqual(again, { code: 1, output: 'catapa-sidecar repeats: There is no such write of unknown outcome.\n' })
})

test('it says why there is nothing to ask, and how it is used', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startAdministered(t, upstream.url)
  const unguarded = await repeats(t, [], `localhost:${sidecar.adminPort}`)
  assert.equal(unguarded.code, 1)
  assert.match(unguarded.output, /the running sidecar guards no writes/)
  for (const words of [[], ['release', '2']]) {
    const nobody = await repeats(t, words, '127.0.0.1:1')
    assert.deepEqual([nobody.code, /no sidecar answers at 127\.0\.0\.1:1/.test(nobody.output)], [1, true])
    assert.equal((await repeats(t, words, 'off')).code, 2)
  }
  for (const words of [['release'], ['release', '1', '2'], ['list', '2'], ['free']]) {
    assert.equal((await repeats(t, words, '127.0.0.1:1')).code, 2, words.join(' '))
  }
})
