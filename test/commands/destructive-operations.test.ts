import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCallers } from '../../src/callers/file/parse-callers.ts'
import { destructiveOperations } from '../../src/commands/destructive-operations.ts'

/** What is left where a callers file of this text is in use. */
function left(text: string, everyone: Parameters<typeof destructiveOperations>[0] = ['full']): string[] {
  const { sections } = parseCallers(text, () => 1)
  return destructiveOperations(everyone, { path: '/callers', sections })
}

const all = [
  'DELETE /core/v1/employee-variable-metadata',
  'DELETE /core/v1/employee-variables',
  'DELETE /core/v1/employee-variables/aperiodic/all',
  'DELETE /core/v1/employees',
  'DELETE /core/v1/salary-item-add-on',
  'DELETE /core/v1/sub-locations',
]

test('what deletes for many people at once is told as far as somebody may call it', () => {
  assert.deepEqual(destructiveOperations(['full'], undefined).sort(), all)
  assert.deepEqual(destructiveOperations(['no-bulk-delete'], undefined), [])
  assert.deepEqual(left('[a]\nuser = a\nprofile = read-only\n[*]\n').sort(), all)
  assert.deepEqual(left('[a]\nuser = a\nprofile = read-only\n'), [])
  assert.deepEqual(left('[a]\nuser = a\nallow = DELETE /core/v1/employees\n'), ['DELETE /core/v1/employees'])
  assert.deepEqual(left('[a]\nuser = a\nprofile = no-delete\nreport = true\n').sort(), all)
  assert.deepEqual(left('[a]\nuser = a\n', ['no-delete']), [])
})
