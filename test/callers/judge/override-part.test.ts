import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookedAtBytes, uploadAmbiguity } from '../../../src/callers/judge/override-part.ts'

function part(disposition: string, value = 'x'): string {
  return `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`
}
const ambiguity = (text: string, type = 'multipart/form-data; boundary=b') =>
  uploadAmbiguity(Buffer.from(text, 'latin1'), type)
const found = (text: string) => ambiguity(text) === 'override_part'
const honest = `${part('name="request"', '{"name":"x","method":"y","p":"100%"}')}${part('name="file"; filename="_method.png"', '\x89PNG')}--b--\r\n`

test('a part _method is found in every spelling that a server may read', () => {
  for (const disposition of [
    ...['name="_method"', 'name=_method', "name='_method'", 'NAME="_METHOD"', 'name = "_Method"', 'name="_method[]"'],
    ...[
      "name*=utf-8''_method",
      "name*=UTF-8'en'%5Fmethod",
      'name="%5Fmethod"',
      'name="%255Fmethod"',
      'name="\\_me\\thod"',
    ],
    ...[
      'name="_method";filename="a"',
      'filename="a"; name="_method"',
      'name=\r\n "_method"',
      'name="\r\n\t_method"',
      'name="_me\r\n thod"',
    ],
    ...['name*0="_met"; name*1="hod"', 'name="=?utf-8?Q?=5Fmethod?="', 'name="=?utf-8?B?X21ldGhvZA==?="'],
    ...[
      'name=" _method"',
      'name="_method "',
      'name="\x00_method"',
      'name="!_method"',
      'name=".method"',
      'name *= _method',
    ],
    ...[`name="%${'25'.repeat(20)}5Fmethod"`],
  ])
    for (const text of [
      part(disposition),
      honest.replace('--b--\r\n', part(disposition)),
      part(disposition).replaceAll('\r', ''),
    ])
      assert.ok(found(text), disposition)
})

test('an honest upload has none, also one whose file happens to speak of it', () => {
  assert.ok(!found(''))
  assert.ok(!found(honest.replace('_method.png', 'logo.png')))
  assert.ok(!found(part('name="payment_method"') + part('name="_methods"') + part('name="method"', '_method')))
})

test('only the first 64 KiB are looked at', () => {
  const filler = part('name="file"', 'x'.repeat(lookedAtBytes))
  assert.ok(!found(filler + part('name="_method"')))
  assert.ok(found(filler.slice(0, lookedAtBytes - 100) + part('name="_method"')))
})

test('no body of 64 KiB takes long', () => {
  for (const piece of ["'", '"', ' ', 'name=', "name='", 'name="_', '_', '\\', '%25', '\r\n ', 'name*', "a'a'"]) {
    const body = Buffer.from(`--b\r\nname=${piece.repeat(lookedAtBytes / piece.length)}_method_x`)
    const before = process.cpuUsage()
    uploadAmbiguity(body, 'multipart/form-data; boundary=b')
    assert.ok(process.cpuUsage(before).user < 500_000, piece)
  }
})

test('an upload begins with its first part; before that an empty line may stand, and no text, behind which a part could lie', () => {
  const upload = honest.replace('_method.png', 'logo.png')
  assert.equal(ambiguity(upload), undefined)
  assert.equal(ambiguity(`\r\n${upload}`), undefined)
  for (const preamble of [
    'x',
    '\r\nThis is a message in MIME format.\r\n',
    '\n',
    ' ',
    '-',
    `${'x'.repeat(lookedAtBytes)}\r\n`,
  ])
    assert.equal(ambiguity(preamble + upload), 'upload_preamble', preamble.slice(0, 40))
  assert.ok(found(`\r\n${part('name="_method"')}`))
  assert.equal(ambiguity(''), undefined)
  assert.equal(ambiguity('--b--\r\n'), undefined)
})

test('the first part begins with the one boundary that the type names, quoted or not', () => {
  const upload = honest.replace('_method.png', 'logo.png')
  for (const type of ['multipart/form-data; boundary="b"', 'multipart/form-data;Boundary=b; charset=utf-8'])
    assert.equal(ambiguity(upload, type), undefined, type)
  for (const type of [
    ...['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=bb', 'x; boundary="b'],
    ...['x; boundary=b; boundary=c', 'x; boundary=c; boundary=b', "x; boundary*=utf-8''b", 'x; boundary = b'],
  ])
    assert.equal(ambiguity(upload, type), 'upload_preamble', type)
})
