import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parseCallers } from '../../src/callers/file/parse-callers.ts'
import { pinOf } from '../../src/callers/recognise/certificate.ts'
import { dns, type Made, make, uri } from '../support/client-certificates.ts'
import { without } from '../support/programs.ts'
import { runCli } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const payroll = make({ cn: 'payroll', names: [dns('payroll.example.com'), uri('spiffe://example.com/payroll')] })
const pin = (of: Made) => pinOf(of.keys)
const publicPem = (of: Made) => of.keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** What the command says of a file with this content. */
async function said(t: TestContext, content: string | Buffer, ...options: string[]) {
  const path = join(temporaryFolder(t), 'p.pem')
  writeFileSync(path, content)
  return run(t, path, ...options)
}

function run(t: TestContext, ...words: string[]) {
  return runIn(t, {}, ...words)
}

async function runIn(t: TestContext, env: Record<string, string>, ...words: string[]) {
  const command = runCli(t, ['certificate', ...words], env)
  const { code } = await command.exit
  return { code, output: command.output() }
}

test('certificate prints the line of the public key, below comments with names and dates, and all of it fits into a callers file', async (t) => {
  const { code, output } = await said(t, payroll.pem)
  assert.equal(code, 0)
  const [subject = '', dates = '', ...more] = output.trimEnd().split('\n')
  assert.equal(subject, '# Subject: CN=payroll')
  assert.match(dates, /^# Valid from 20\S+Z to 20\S+Z$/)
  assert.deepEqual(more, [
    '# By name, where SIDECAR_TLS_CLIENT_CA_FILE has its CA: certificate = dns:payroll.example.com',
    '# By name, where SIDECAR_TLS_CLIENT_CA_FILE has its CA: certificate = uri:spiffe://example.com/payroll',
    `certificate = ${pin(payroll)}`,
  ])
  const { sections, problems } = parseCallers(`[payroll]\n${output}`, () => 0)
  assert.deepEqual([problems, sections[0]?.certificates.map(({ value }) => value)], [[], [pin(payroll)]])
})

test('the pin is the one that openssl computes', { skip: without('openssl') }, async (t) => {
  const key = execFileSync('openssl', ['x509', '-noout', '-pubkey'], { input: payroll.pem })
  const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'der'], { input: key })
  const digest = execFileSync('openssl', ['dgst', '-sha256', '-r'], { input: der }).toString().slice(0, 64)
  assert.match((await said(t, payroll.pem)).output, new RegExp(`^certificate = sha256:${digest}$`, 'm'))
})

test('of several certificates the first counts; one that is over is told so; a public key has its line alone', async (t) => {
  const past = make({ cn: 'past', days: [-9, -1] })
  const chain = await said(t, `${past.pem}${payroll.pem}`)
  assert.match(
    chain.output,
    /^# The first of 2 certificates in the file, .*\n# Subject: CN=past\n# Valid .*, so no longer/,
  )
  assert.ok(chain.output.endsWith(`\ncertificate = ${pin(past)}\n`))
  assert.deepEqual(await said(t, publicPem(payroll)), { code: 0, output: `certificate = ${pin(payroll)}\n` })
})

test('certificate --json prints one object', async (t) => {
  const { from, to, ...known } = JSON.parse((await said(t, payroll.pem, '--json')).output)
  const names = ['dns:payroll.example.com', 'uri:spiffe://example.com/payroll']
  assert.deepEqual(known, { line: `certificate = ${pin(payroll)}`, subject: 'CN=payroll', names })
  assert.ok(Date.parse(from) < Date.now() && Date.parse(to) > Date.now())
  const nothing = { subject: null, names: [], from: null, to: null }
  assert.deepEqual(JSON.parse((await said(t, publicPem(payroll), '--json')).output), {
    line: `certificate = ${pin(payroll)}`,
    ...nothing,
  })
})

test('a file with a private key is refused, beside a certificate too, and nothing of it is printed', async (t) => {
  const { privateKey } = payroll.keys
  const sec1 = privateKey.export({ type: 'sec1', format: 'pem' }).toString()
  const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
  for (const content of [payroll.keyPem, sec1, locked, payroll.pem + payroll.keyPem]) {
    const { code, output } = await said(t, content)
    assert.equal(code, 2)
    assert.match(
      output,
      /^catapa-sidecar certificate: \S+ holds a private key, which stays with its program alone: give the file with the certificate \(BEGIN CERTIFICATE\)\n$/,
    )
  }
})

test('a file without a certificate, a broken one and wrong usage end with 2 and say what to do', async (t) => {
  const broken = payroll.pem.replace(/\n.{64}\n/, '\n')
  const wrong: [Promise<{ code: number | null; output: string }>, RegExp][] = [
    [said(t, 'no PEM'), /has no certificate in PEM .*openssl x509 -inform der/],
    [said(t, ''), /has no certificate in PEM/],
    [said(t, payroll.raw), /is no text, and so no PEM: .*openssl x509 -inform der/],
    [said(t, broken), /has a certificate that cannot be read/],
    [said(t, publicPem(payroll).replace(/\n.{64}\n/, '\n')), /has a public key that cannot be read/],
    [run(t, '/no/such/file.pem'), /\/no\/such\/file\.pem does not exist/],
    [run(t), /takes one file with a certificate/],
    [run(t, 'a.pem', 'b.pem'), /takes one file with a certificate/],
  ]
  for (const [running, words] of wrong) {
    const { code, output } = await running
    assert.equal(code, 2, output)
    assert.match(output, words)
    assert.match(output, /^catapa-sidecar certificate: [^\n]*\n$/)
  }
})

test('a certificate in DER is known as one in every language', async (t) => {
  const path = join(temporaryFolder(t), 'p.der')
  writeFileSync(path, payroll.raw)
  const { output } = await runIn(t, { LANG: 'id_ID.UTF-8' }, path)
  assert.match(output, /bukan teks, jadi bukan PEM: .*openssl x509 -inform der/)
})
