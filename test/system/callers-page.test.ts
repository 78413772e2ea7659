// docs/callers.md ends with a file that works: it is read here as the sidecar reads it, and does what the page says.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseCallers } from '../../src/callers/file/parse-callers.ts'
import { judge } from '../../src/callers/judge/judge.ts'
import { operations } from '../../src/operations/catalogue.ts'
import { findOperation } from '../../src/operations/find-operation.ts'
import { root } from '../support/sidecar.ts'

/** Every callers file, or piece of one, of a document. */
function filesIn(document: string): string[] {
  const blocks = readFileSync(join(root, document), 'utf8').matchAll(/^ *```\n(.*?)^ *```$/gms)
  return [...blocks].map(([, block = '']) => block).filter((block) => /^ *\[[a-z*][a-z-]*\]$/m.test(block))
}

function read(file: string) {
  let digests = 0
  const withDigests = file.replace(/sha256:\w*…/g, () => `sha256:${String(digests++).padStart(64, '0')}`)
  return parseCallers(withDigests, () => 33)
}

test('no callers file in the documents has a mistake', () => {
  const files = ['docs/callers.md', 'docs/design/promises.md'].flatMap(filesIn)
  assert.ok(files.length >= 4, `${files.length} files`)
  for (const file of files) assert.deepEqual(read(file).problems, [], file)
})

test('the file that works allows its four callers what the page says, and no more', () => {
  const { sections } = read(filesIn('docs/callers.md').at(-1) ?? '')
  assert.deepEqual(
    sections.map(({ name }) => name),
    ['payroll-export', 'time-clock', 'intranet', '*'],
  )
  function may(name: string, method: string, path: string): boolean {
    const section = sections.find((one) => one.name === name)
    if (section === undefined) return assert.fail(name)
    const asked = { method, path, query: undefined, rawHeaders: [], operation: findOperation(method, path) }
    return judge(asked, section.restrictions, ['full']).verdict === 'allowed'
  }
  for (const { name } of sections) assert.ok(!may(name, 'DELETE', '/core/v1/employees'), name)
  assert.ok(
    operations.every(({ method, template, effect }) => effect !== 'read' || may('payroll-export', method, template)),
  )
  assert.ok(may('time-clock', 'POST', '/timemanagement/v1/fingerprints'))
  assert.ok(may('time-clock', 'GET', '/core/v1/employees'))
  assert.ok(!may('time-clock', 'GET', '/core/v1/salary-payments'))
  assert.ok(may('intranet', 'PUT', '/core/v1/employees/4711/manager'))
  assert.ok(!may('intranet', 'PUT', '/core/v1/families/approvals/approve'))
  for (const { method, template } of operations.filter(({ template }) =>
    template.includes('bank-account-configurations'),
  ))
    assert.ok(!may('intranet', method, template.replace(/\{\w+\}/g, '7')), template)
  assert.ok(may('*', 'GET', '/core/v1/employees'))
  assert.ok(!may('*', 'PUT', '/core/v1/employees/4711/manager'))
})
