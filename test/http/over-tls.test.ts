// Whatever the strict server refuses it refuses over TLS, too (design/promises 14.2): its tests, once more. Those of the access guard
// are about origins that begin with http://; tls-server.test.ts has the others.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/sidecar.ts'

const files = ['strict-server', 'not-http', 'request-line', 'expect-continue', 'closing']

for (const file of files) {
  test(`over TLS: ${file}`, async () => {
    const { NODE_TEST_CONTEXT: _own, ...environment } = process.env
    const child = spawn(process.execPath, ['--test-reporter=spec', join(root, `build/test/http/${file}.test.js`)], {
      env: { ...environment, RUNS_OVER_TLS: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        printed += chunk
      })
    }
    const status = await new Promise((resolve) => child.once('close', resolve))
    assert.equal(status, 0, printed.slice(-5000))
    assert.match(printed, /pass [1-9]/)
  })
}
