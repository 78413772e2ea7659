import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { deedOf } from '../../../src/forwarding/judging/effect-of-call.ts'
import { judgeTarget } from '../../../src/forwarding/judging/target.ts'
import { knownOperations } from '../../../src/operations/catalogue.ts'
import { pathTemplate } from '../../../src/operations/path-template.ts'

function deed(line: string, headers: Record<string, string> = {}) {
  const [method = '', target = ''] = line.split(' ')
  const request = new IncomingMessage(new Socket())
  request.method = method
  request.rawHeaders = Object.entries(headers).flat()
  request.headers = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const judged = judgeTarget(target)
  const { known, effect, begins } = deedOf(request, judged)
  return `${begins ? 'begins' : 'one line'}, ${effect}, ${known?.template ?? pathTemplate(judged.path)}`
}

test('what only reads or computes has one line, whatever its method; all else has two', () => {
  for (const { method, template, effect } of knownOperations) {
    const request = Object.assign(new IncomingMessage(new Socket()), { method })
    const { begins } = deedOf(request, judgeTarget(template.replace(/\{[^}]*\}/g, '4711')))
    assert.equal(begins, effect !== 'read' && effect !== 'compute', `${method} ${template}`)
  }
})

for (const [line, expected] of [
  ['GET /core/v1/employees?size=2', 'one line, read, /core/v1/employees'],
  ['HEAD /core/v1/employees', 'one line, read, /core/v1/employees'],
  ['POST /core/v1/employees/4711/payslip', 'one line, read, /core/v1/employees/{id}/payslip'],
  ['POST /core/v1/tax-calculators', 'one line, compute, /core/v1/tax-calculators'],
  ['PUT /core/v1/families/approvals/approve', 'begins, decide, /core/v1/families/approvals/approve'],
  ['DELETE /core/v1/employees', 'begins, bulk-delete, /core/v1/employees'],
  ['GET /zzz/budi', 'one line, unknown, /{id}/{id}'],
  ['HEAD /zzz/budi', 'one line, unknown, /{id}/{id}'],
  ['POST /zzz/budi', 'begins, unknown, /{id}/{id}'],
  ['OPTIONS /core/v1/employees', 'begins, unknown, /core/v1/employees'],
] as const) {
  test(`${line}: ${expected}`, () => assert.equal(deed(line), expected))
}

test('what asks for another method or path than that of its line may be anything', () => {
  const employees = 'begins, unknown, /core/v1/employees'
  assert.equal(deed('GET /core/v1/employees', { 'X-HTTP-Method-Override': 'DELETE' }), employees)
  assert.equal(deed('GET /core/v1/employees', { 'x-original-url': '/core/v1/users' }), employees)
  assert.equal(deed('GET /core/v1/employees?size=2&_method=DELETE'), employees)
  assert.equal(deed('GET /core/v1/employees', { Accept: '*/*', 'X-HTTP-Method-Override': 'DELETE' }), employees)
  const harmless = 'one line, read, /core/v1/employees'
  assert.equal(deed('GET /core/v1/employees', { Accept: 'X-HTTP-Method-Override' }), harmless)
  const payslip = '/core/v1/employees/4711/payslip'
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    assert.match(deed(`POST ${payslip}`, { 'Content-Type': type }), /^begins, unknown, /, type)
  }
  assert.match(deed(`POST ${payslip}`, { 'Content-Type': 'application/json' }), /^one line, read, /)
})

test('whatever could be read in two ways begins, and may be anything', () => {
  const form = 'application/x-www-form-urlencoded'
  const unknown = /^begins, unknown, /
  assert.match(deed('GET /core/v1/employees', { 'Content-Type': form, 'Content-Length': '14' }), unknown)
  const payslip = 'POST /core/v1/employees/4711/payslip'
  assert.match(deed(payslip, { 'Content-Type': 'application/json', 'content-type': form }), unknown)
  assert.match(deed(payslip, { content_type: form }), unknown)
  assert.match(deed(payslip, { 'Content-Length': '14' }), unknown)
  for (const line of [
    'POST /core/v1/employees/4711%2Ftermination-entries%3Fx=/payslip',
    'POST /core/v1/employees/4711;x/payslip',
    'GET /core/v1//employees',
    'GET /core/v1/employees/',
    'GET /core/v1/employees.json',
    'HEAD /core/v1/Employees',
  ])
    assert.match(deed(line), unknown, line)
  assert.match(deed('GET /core/v1/employees/Budi%20S/payslips'), /^one line, /)
})
