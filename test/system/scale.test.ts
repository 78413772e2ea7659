import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fleetTable } from '../support/fleet.ts'
import { root } from '../support/sidecar.ts'

test('the table of docs/scale.md is what the token cache does today (npm run docs)', async () => {
  const written = readFileSync(join(root, 'docs/scale.md'), 'utf8').split('<!-- a day -->')[1] ?? ''
  assert.equal(written.split('<!-- /a day -->')[0]?.trim(), await fleetTable())
})
