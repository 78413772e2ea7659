import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Asked, ambiguityOf } from '../../../src/callers/judge/ambiguity.ts'
import { operations } from '../../../src/operations/catalogue.ts'
import { findOperation } from '../../../src/operations/find-operation.ts'
import type { Ambiguity } from '../../../src/problems/failure.ts'

function ask(target: string, headers: readonly string[] = [], method = 'GET'): Asked {
  const [path = '', ...rest] = target.split('?')
  const query = rest.length === 0 ? undefined : rest.join('?')
  return { method, path, query, rawHeaders: headers, operation: findOperation(method, path) }
}

const usual = [
  'Host',
  'localhost:8228',
  'User-Agent',
  'curl/8',
  'Accept',
  '*/*',
  'X-Request-Id',
  '1',
  'Connection',
  'close',
]

test('honest requests for all operations are read in one way only', () => {
  const ids = [
    '8f3c1d0a-5b1e-4c5e-9a67-0d2f3b4c5d6e',
    '4711',
    'A-1',
    'budi%40x',
    'a%3Ab',
    'Jos%C3%A9',
    'x,y+z',
    "o'neil",
    'BASIC',
  ]
  const queries = [
    '',
    '?page=0&size=50',
    '?query=name:*Budi%20S;joinDate>2020-01-01,id<9',
    '?query=id:1%3B2%2C3',
    '?paymentMethod=x',
  ]
  for (const { method, template } of operations)
    for (const id of ids)
      for (const query of queries) {
        const target = template.replace(/\{\w+\}/g, id) + query
        const json = [...usual, 'Content-Type', 'application/json; charset=UTF-8', 'Content-Length', '2']
        const asked = ask(target, method === 'GET' ? usual : json, method)
        assert.notEqual(asked.operation, undefined, target)
        assert.equal(ambiguityOf(asked), undefined, `${method} ${target}`)
      }
})

test('paths that a server could take for others', () => {
  const paths: [path: string, what: Ambiguity][] = [
    ['/core/v1/employees;x', 'semicolon'],
    ['/core;a=b/v1/employees', 'semicolon'],
    ['/core/v1//employees', 'empty_segment'],
    ['//core/v1/employees', 'empty_segment'],
    ['//', 'empty_segment'],
    ['/core/v1/employees/', 'trailing_slash'],
    ['/core/v1\\employees', 'backslash'],
    ['/core/v1%5Cemployees', 'backslash'],
    ['/core/v1%2Femployees', 'encoded_delimiter'],
    ['/core/v1/employees%3Bx', 'encoded_delimiter'],
    ['/core/v1/employees%3fx', 'encoded_delimiter'],
    ['/core/v1/employees%23', 'encoded_delimiter'],
    ['/core/v1/%65mployees', 'encoded_plain'],
    ['/core/v1/employee%73', 'encoded_plain'],
    ['/core/v1/a%2Db', 'encoded_plain'],
    ['/core/v1/%2e%2e/x', 'encoded_plain'],
    ['/core/v1/a%7Eb', 'encoded_plain'],
    ['/core/v1/employees%00', 'encoded_control'],
    ['/core/v1/employees%20', 'encoded_edge'],
    ['/core/v1/%20employees', 'encoded_edge'],
    ['/core/v1%20/employees', 'encoded_edge'],
    ['/core/%20/employees', 'encoded_edge'],
    ['/core/v1/employees%20%20/1', 'encoded_edge'],
    ['/core/v1/Jos%C3%A9%20', 'encoded_edge'],
    ['/core/v1/a%09b', 'encoded_control'],
    ['/core/v1/a%1Fb', 'encoded_control'],
    ['/core/v1/employees%0d%0a', 'encoded_control'],
    ['/core/v1/employees%7F', 'encoded_control'],
    ['/core/v1/%2565mployees', 'double_encoding'],
    ['/core/v1/a%25', 'double_encoding'],
    ['/core/v1/a%', 'encoded_odd'],
    ['/core/v1/a%zz', 'encoded_odd'],
    ['/core/v1%u002Femployees', 'encoded_odd'],
    ['/core/v1%C0%AFemployees', 'encoded_odd'],
    ['/core/v1/caf%E9', 'encoded_odd'],
    ['/core/v1/%ED%A0%80', 'encoded_odd'],
    ['/core/v1%EF%BC%8Femployees', 'encoded_odd'],
    ['/core/v1/%EF%BD%85mployees', 'encoded_odd'],
    ['/core/v1%E2%88%95employees', 'encoded_odd'],
    ['/core/v1/employees%C2%AD', 'encoded_odd'],
    ['/core/v1/employees%E2%80%8B', 'encoded_odd'],
    ['/core/v1/employees%C2%85', 'encoded_odd'],
    ['/core/v1/employee%C5%BF', 'encoded_odd'],
    ['/core/v1/famil%C4%B1es', 'encoded_odd'],
    ['/core/v1/FAM%C4%B0L', 'encoded_odd'],
    ['/core/v1/caf\xe9', 'encoded_odd'],
    ['/core/v1/employees.json', 'suffix'],
    ['/core/v1/employees.', 'suffix'],
    ['/core/v1/..', 'suffix'],
    ['/core/v1/Employees', 'letter_case'],
    ['/CORE/v1/employees', 'letter_case'],
    ['/core/v1/EMPLOYEES/1/2/3/4/5', 'letter_case'],
    ['/core/v1/employee-variables/Aperiodic', 'letter_case'],
    ['/anomalydetection/v1/anomaly-detection-types/medical_claim/anomaly-suspects', 'letter_case'],
  ]
  for (const [path, what] of paths) assert.equal(ambiguityOf(ask(path)), what, path)
  for (const path of [
    '/',
    '/core/v1/employees/1.5/payslip',
    '/core/v1/tax-calculations/externalId=a%26b',
    '/core/v1/employees/Budi%20Santoso%20%20S',
    '/core/v1/employees/Jos%C3%A9%20Santoso/payslip',
    '/core/v1/employees/%22%3C%3E%5B%5D%5E%60%7B%7C%7D',
    '/core/v1/X',
  ])
    assert.equal(ambiguityOf(ask(path)), undefined, path)
})

test('headers that ask for another method or path, in any capitals, also with underscores', () => {
  for (const name of [
    ...[
      'X-HTTP-Method-Override',
      'x-http-method-override',
      'X_HTTP_METHOD_OVERRIDE',
      'X-Http_Method-Override',
      'X.HTTP.Method.Override',
    ],
    ...['X-HTTP-Method', 'X-Method-Override', 'X-Method', 'HTTP-Method-Override', '_method', '_METHOD'],
    ...[
      'X-Original-URL',
      'X-Rewrite-URL',
      'x_rewrite_url',
      'X.Original~URL',
      'X-Original-Method',
      'X-Original-URI',
      'X-Original-Path',
    ],
  ])
    assert.equal(ambiguityOf(ask('/core/v1/employees', [...usual, name, 'GET'])), 'override_header', name)
  for (const name of [
    'Access-Control-Request-Method',
    'X-Requested-With',
    'X-Payment-Method',
    'X-Forwarded-Prefix',
    '',
  ])
    assert.equal(ambiguityOf(ask('/core/v1/employees', [...usual, name, 'DELETE'])), undefined, name)
})

test('parameters of the query that ask for another method, in any encoding', () => {
  for (const query of [
    ...['_method=DELETE', '_METHOD=delete', '_method', '_method=', 'a=b&_method=PUT', '&&_method=x', 'a;_method=PUT'],
    ...[
      '%5Fmethod=DELETE',
      '_m%65thod=x',
      '%255Fmethod=DELETE',
      '%u005Fmethod=x',
      '%c1%9fmethod=x',
      'a=1%26_method=DELETE',
    ],
    ...[
      '_method%3DDELETE',
      'a?_method=x',
      'a=%3F_method=x',
      '+_method=x',
      '%20_method=x',
      '_method+=x',
      '_method%00=x',
    ],
    ...['_method[]=x', '_method%5B0%5D=x', '_method[=x', '!_method=x', '.method=x', '[method=x', '%0a_me%0athod=x'],
    ...[
      'x-http-method-override=DELETE',
      'X_HTTP_METHOD_OVERRIDE=x',
      'methodOverride=x',
      `%${'25'.repeat(20)}5Fmethod=x`,
    ],
  ])
    assert.equal(ambiguityOf(ask(`/core/v1/employees?${query}`)), 'override_parameter', query)
  for (const query of [
    ...[
      '',
      'method=x',
      'paymentMethod=TRANSFER',
      'query=_method:x',
      'a=_method',
      'a_method=x',
      '_methods=x',
      'x_method=1',
    ],
    ...['query=paymentMethod:a%20b;distributionMethod:c', '100%', 'a=%zz'],
  ])
    assert.equal(ambiguityOf(ask(`/core/v1/employees?${query}`)), undefined, query)
})

test('bodies in which a server may look for a method', () => {
  const post = (...types: string[]) =>
    ambiguityOf(ask('/core/v1/employees', [...usual, ...types.flatMap((type) => ['Content-Type', type])], 'POST'))
  const upload = (type: string) => ambiguityOf(ask('/core/v1/companies', [...usual, 'content-type', type], 'POST'))
  const form = 'application/x-www-form-urlencoded'
  for (const type of [
    form,
    form.toUpperCase(),
    `${form};charset=utf-8`,
    ` ${form}`,
    `text/plain, ${form}`,
    `a/b; x=${form}`,
  ])
    assert.equal(post(type), 'form', type)
  const typeless = (...headers: string[]) => ambiguityOf(ask('/core/v1/employees', [...usual, ...headers], 'POST'))
  for (const length of [
    ['Content-Length', '14'],
    ['transfer-encoding', 'chunked'],
  ]) {
    assert.equal(typeless(...length), 'no_content_type')
    assert.equal(typeless('Content-Type', '', ...length), 'no_content_type')
    assert.equal(typeless('Content-Type', 'application/json', ...length), undefined)
  }
  assert.equal(typeless('Content-Length', '0'), undefined)
  assert.equal(typeless(), undefined)
  assert.equal(post('application/json', 'text/plain'), 'content_types')
  assert.equal(post('application/json, text/plain'), 'content_types')
  assert.equal(ambiguityOf(ask('/x', ['Content-Type', 'a/b', 'CONTENT_TYPE', form], 'POST')), 'content_types')
  assert.equal(ambiguityOf(ask('/core/v1/companies', ['Content_Type', 'multipart/x'], 'POST')), 'content_types')
  for (const type of ['multipart/form-data; boundary=x', 'Multipart/Mixed', 'x/multipart']) {
    assert.equal(post(type), 'multipart', type)
    assert.equal(upload(type), undefined, type)
  }
  for (const charset of ['utf-16', 'UTF-7', 'ibm037', '"utf-16le"', '*=utf-8', ' ', 'utf-8; charset=utf-16'])
    assert.equal(upload(`multipart/form-data; charset=${charset}; boundary=x`), 'content_types', charset)
  for (const charset of ['utf-8', '"UTF-8"', 'us-ascii', ' iso-8859-1', 'windows-1252'])
    assert.equal(upload(`multipart/form-data; boundary=x; charset=${charset}`), undefined, charset)
  for (const type of [
    'application/json',
    'application/json;charset=UTF-16',
    'application/xml',
    'text/plain; charset=utf-8',
    '',
  ])
    assert.equal(post(type), undefined, type)
  const gzip = ['Content-Type', 'multipart/form-data; boundary=b', 'Content-Encoding', 'gzip']
  assert.equal(ambiguityOf(ask('/core/v1/companies', gzip, 'POST')), 'compressed_upload')
  assert.equal(ambiguityOf(ask('/core/v1/employees', ['Content-Encoding', 'gzip'], 'POST')), undefined)
  assert.equal(ambiguityOf({ ...ask('/core/v1/companies', usual, 'POST'), upload: 'override_part' }), 'override_part')
})

test('no request of 60 KB takes long', () => {
  const before = process.cpuUsage()
  for (const piece of [
    '/',
    'a/',
    '%',
    '%25',
    '%2',
    ';',
    '.',
    'A/',
    '_',
    '[',
    '&_',
    '&[',
    '+',
    '%C3%A9',
    '%5F',
    'charset',
    '_method',
  ])
    for (const [path, query, type] of [
      [`/core/${piece.repeat(60_000 / piece.length)}`, undefined, ''],
      ['/core/v1/companies', `method${piece.repeat(60_000 / piece.length)}`, ''],
      ['/core/v1/companies', undefined, `multipart/form-data; ${piece.repeat(60_000 / piece.length)}`],
    ] as const) {
      const operation = findOperation('POST', path)
      ambiguityOf({ method: 'POST', path, query, rawHeaders: ['Content-Type', type], operation })
    }
  assert.ok(process.cpuUsage(before).user < 2_000_000)
})
