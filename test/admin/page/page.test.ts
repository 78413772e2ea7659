import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoCredentials, runCli, startUpstream } from '../../support/sidecar.ts'

test('everything that the page of the built program names or imports is there', async (t) => {
  const { url } = await startUpstream(t)
  const command = runCli(t, ['start'], {
    SIDECAR_LISTEN: 'localhost:0',
    SIDECAR_ADMIN_LISTEN: '127.0.0.1:0',
    CATAPA_TENANT: demoCredentials.tenant,
    CATAPA_CLIENT_ID: demoCredentials.clientId,
    CATAPA_CLIENT_SECRET: demoCredentials.clientSecret,
    CATAPA_BASE_URL: url,
  })
  const [, admin] = /"address":"(\S+?)","msg":"admin listener/.exec(await command.until(/admin listener/)) ?? []
  assert.ok(admin)
  const seen = new Set<string>()
  async function follow(path: string): Promise<void> {
    if (seen.has(path)) return
    seen.add(path)
    const answer = await fetch(new URL(path, admin), { headers: { Accept: 'text/html' } })
    assert.equal(answer.status, 200, path)
    const text = await answer.text()
    for (const [, one] of text.matchAll(
      /(?:src|href|from|import) ?[=(]?["' ]*((?:\.|\/)[\w./-]+\.(?:js|css|svg))["']/g,
    )) {
      assert.ok(one)
      await follow(new URL(one, new URL(path, admin)).pathname)
    }
  }
  await follow('/')
  assert.ok(seen.size > 15, [...seen].join())
  assert.ok(seen.has('/words/unit-words.id.js'), 'what is loaded for Indonesian alone, too')
})
