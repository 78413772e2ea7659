import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

test('this Node takes the limits without a word: V8 would complain of a flag that it does not know', () => {
  const file = new URL('../../src/sidecar/v8-limits.js', import.meta.url)
  const program = `import { tunedForRequests, smallAtFirst } from ${JSON.stringify(file.href)}
    await smallAtFirst()
    await tunedForRequests()
    console.log('done')`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  })
  assert.deepEqual({ stdout, stderr }, { stdout: 'done\n', stderr: '' })
})
