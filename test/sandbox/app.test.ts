import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type SandboxOptions, sandbox } from '../../src/sandbox/app.ts'
import { without } from '../support/programs.ts'

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`

/** The body as JSON. */
async function read(response: Response) {
  return JSON.parse(await response.text())
}

async function started(t: TestContext, changes: Partial<SandboxOptions> = {}) {
  const options = {
    tenant: 'demo',
    clientId: 'id',
    clientSecret: 's3cret',
    tokenLifetimeSeconds: 3600,
    tokenReuse: false,
    ...changes,
  }
  const app = sandbox(options)
  t.after(() => app.close())
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })

  async function askToken(headers: Record<string, string> = {}, form: Record<string, string> = {}) {
    return fetch(`${origin}/oauth/token`, {
      method: 'POST',
      headers: { Tenant: 'demo', Authorization: basic(`${options.clientId}:${options.clientSecret}`), ...headers },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
    })
  }
  async function token(): Promise<string> {
    const body = await read(await askToken())
    return body.access_token
  }
  const bearer = { Tenant: 'demo', Authorization: `Bearer ${await token()}` }

  async function call(path: string, init: RequestInit = {}) {
    return fetch(origin + path, { ...init, headers: { ...bearer, ...init.headers } })
  }
  async function get(path: string) {
    const response = await call(path)
    assert.equal(response.status, 200, path)
    return read(response)
  }
  async function send(method: string, path: string, body: unknown) {
    return call(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  }
  return { app, origin, askToken, token, bearer, call, get, send }
}

test('a token is a bearer JWT that names the tenant and states its whole lifetime', async (t) => {
  const { askToken } = await started(t)
  const response = await askToken()
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  const body = await read(response)
  assert.equal(body.token_type, 'bearer')
  assert.equal(body.expires_in, 3600)
  assert.equal(body.tenant, 'demo')
  assert.equal(body.scope, 'all')
  const parts = body.access_token.split('.')
  assert.equal(parts.length, 3)
  assert.equal(JSON.parse(Buffer.from(parts[1], 'base64url').toString()).tenant, 'demo')
})

test("a wrong secret is refused with 401 and Spring's error shape", async (t) => {
  const { askToken, origin } = await started(t)
  const response = await askToken({ Authorization: basic('id:wrong') })
  assert.equal(response.status, 401)
  assert.equal(response.headers.get('www-authenticate'), 'Basic realm="oauth2/client"')
  assert.deepEqual(await read(response), { error: 'invalid_client', error_description: 'Bad client credentials' })
  const stats = await read(await fetch(`${origin}/sandbox/stats`))
  assert.equal(stats.tokenRefusals, 1)
})

test('a secret with reserved characters works raw, form-encoded and in the body', async (t) => {
  const secret = 'a%+b:c d&é'
  const { askToken } = await started(t, { clientSecret: secret })
  const encoded = new URLSearchParams({ s: secret }).toString().slice(2)
  assert.equal((await askToken({ Authorization: basic(`id:${secret}`) })).status, 200)
  assert.equal((await askToken({ Authorization: basic(`id:${encoded}`) })).status, 200)
  const inBody = await askToken({ Authorization: '' }, { client_id: 'id', client_secret: secret })
  assert.equal(inBody.status, 200)
})

test('a missing grant, another grant and a wrong tenant are refused as RFC 6749 names them', async (t) => {
  const { askToken } = await started(t)
  const cases = [
    { status: 400, error: 'invalid_request', response: await askToken({}, { grant_type: '' }) },
    { status: 400, error: 'unsupported_grant_type', response: await askToken({}, { grant_type: 'password' }) },
    { status: 400, error: 'invalid_request', response: await askToken({ 'Content-Type': 'text/plain' }) },
    { status: 400, error: 'invalid_request', response: await askToken({ Tenant: '' }) },
    { status: 401, error: 'invalid_client', response: await askToken({ Tenant: 'other' }) },
    { status: 401, error: 'invalid_client', response: await askToken({}, { tenant: 'other' }) },
    { status: 401, error: 'unauthorized', response: await askToken({ Authorization: '' }) },
  ]
  for (const { status, error, response } of cases) {
    assert.equal(response.status, status)
    assert.equal((await read(response)).error, error)
  }
  assert.equal((await askToken({ Tenant: '' }, { tenant: 'demo' })).status, 200)
})

test('without reuse every request gets a new token and the old ones stay valid', async (t) => {
  const { token, call } = await started(t)
  assert.notEqual(await token(), await token())
  assert.equal((await call('/v1/oauth-clients/validate-access-token')).status, 200)
})

test('where there is one token at a time, a new one ends the one before', async (t) => {
  const { token, call } = await started(t, { tokenSingle: true })
  const first = await token()
  const second = await token()
  const status = async (value: string) =>
    (await call('/v1/users/me', { headers: { Authorization: `Bearer ${value}` } })).status
  assert.deepEqual([await status(first), await status(second)], [401, 200])
})

test('with reuse the token that exists comes back with what is left of it until it has expired', async (t) => {
  const { askToken, origin } = await started(t, { tokenReuse: true, tokenLifetimeSeconds: 2.9 })
  await fetch(`${origin}/sandbox/revoke`, { method: 'POST' })
  const first = await read(await askToken())
  const second = await read(await askToken())
  assert.equal(second.access_token, first.access_token)
  assert.ok([0, 1, 2].includes(second.expires_in), `${second.expires_in} s`)
  await new Promise((resolve) => setTimeout(resolve, 2950))
  const third = await read(await askToken())
  assert.notEqual(third.access_token, first.access_token)
})

test('a missing token, an unknown, an expired and a revoked one are told apart, and the latter are counted', async (t) => {
  const { origin, call, askToken } = await started(t, { tokenLifetimeSeconds: 0.2 })
  const missing = await call('/v1/users/me', { headers: { Authorization: '' } })
  assert.equal(missing.status, 401)
  assert.match(missing.headers.get('www-authenticate') ?? '', /^Bearer realm="oauth2-resource", error="unauthorized"/)
  assert.deepEqual(await read(missing), {
    error: 'unauthorized',
    error_description: 'Full authentication is required to access this resource',
  })

  const unknown = await call('/v1/users/me', { headers: { Authorization: 'Bearer no"pe' } })
  assert.equal(unknown.status, 401)
  assert.match(
    unknown.headers.get('www-authenticate') ?? '',
    /error="invalid_token", error_description="Invalid access token: no\?pe"/,
  )

  await new Promise((resolve) => setTimeout(resolve, 250))
  const expired = await read(await call('/v1/users/me'))
  assert.equal(expired.error, 'invalid_token')
  assert.match(expired.error_description, /^Access token expired/)

  await fetch(`${origin}/sandbox/faults`, { method: 'PATCH', body: '{"tokenLifetime":60}' })
  const { access_token } = await read(await askToken())
  assert.deepEqual(await read(await fetch(`${origin}/sandbox/revoke`, { method: 'POST' })), { revoked: 1 })
  assert.equal((await call('/v1/users/me', { headers: { Authorization: `Bearer ${access_token}` } })).status, 401)

  const stats = await read(await fetch(`${origin}/sandbox/stats`))
  assert.equal(stats.apiRequests, 4)
  assert.equal(stats.rejectedTokens, 3)
  await fetch(`${origin}/sandbox/stats`, { method: 'DELETE' })
  assert.equal((await read(await fetch(`${origin}/sandbox/stats`))).apiRequests, 0)
})

test('the API refuses a missing and a wrong tenant', async (t) => {
  const { call } = await started(t)
  for (const Tenant of ['', 'other']) {
    const response = await call('/v1/users/me', { headers: { Tenant } })
    assert.equal(response.status, 403)
    assert.equal((await read(response)).error, 'access_denied')
  }
})

test('employees come in pages of ten, of fifty at most, and every one is on exactly one page', async (t) => {
  const { get } = await started(t)
  const first = await get('/core/v1/employees')
  assert.deepEqual(
    [first.number, first.size, first.numberOfElements, first.first, first.last],
    [0, 10, 10, true, false],
  )
  const ids = new Set<string>()
  const pages = (await get('/core/v1/employees?size=999')).totalPages
  for (let number = 0; number < pages; number += 1) {
    const page = await get(`/core/v1/employees?size=999&page=${number}`)
    assert.equal(page.size, 50)
    assert.equal(page.last, number === pages - 1)
    for (const { id } of page.content) ids.add(id)
  }
  assert.equal(ids.size, first.totalElements)
  assert.equal(ids.size, 137, 'the examples of deploy are tried against that many')
  const past = await get('/core/v1/employees?page=99')
  assert.deepEqual([past.hasContent, past.last, past.content], [false, true, []])
  assert.equal((await get('/core/v1/employees?page=-1&size=x')).size, 10)
})

test('the invented people are coherent and the same in every run', async (t) => {
  const [one, other] = [await started(t), await started(t)]
  const path = '/core/v1/employees?size=50&query=active:true'
  const page = await one.get(path)
  assert.deepEqual(await other.get(path), page)
  for (const { name, joinDate, startDate, manager } of page.content) {
    assert.ok(name.includes(' ') && joinDate <= startDate)
    if (!manager) continue
    const found = await one.get(`/core/v1/employees?query=id:${manager.id}`)
    assert.equal(found.content[0].name, manager.name)
    assert.ok(
      found.content[0].identificationNumber <
        page.content.find((row: { name: string }) => row.name === name).identificationNumber,
    )
  }
})

test('a query filters by equality, several values, wildcards and order; an unknown key is a 400', async (t) => {
  const { get, call } = await started(t)
  const { content, totalElements } = await get('/core/v1/employees')
  const [one, two] = content
  assert.equal((await get(`/core/v1/employees?query=id:${one.id},${two.id}`)).totalElements, 2)
  assert.equal((await get(`/core/v1/employees?query=id:${one.id};name:nobody`)).totalElements, 0)
  assert.equal((await get('/core/v1/employees?query=identificationNumber:CNS000*')).totalElements, 9)
  const older = (await get('/core/v1/employees?query=joinDate%3C2015-01-01')).totalElements
  const newer = (await get('/core/v1/employees?query=joinDate%3E2014-12-31')).totalElements
  assert.ok(older > 0 && newer > 0)
  assert.equal(older + newer, totalElements)
  const long = Array.from({ length: 800 }, () => one.id).join(',')
  assert.equal((await get(`/core/v1/employees?query=id:${long}`)).totalElements, 1)

  const unknown = await call('/core/v1/employees?query=toString:1')
  assert.equal(unknown.status, 400)
  const { status, error, path } = await read(unknown)
  assert.deepEqual([status, error, path], [400, 'Bad Request', '/core/v1/employees'])
})

test('an employee can be created, found and deleted, and a DELETE without ids deletes nobody', async (t) => {
  const { get, send, call } = await started(t)
  const before = (await get('/core/v1/employees')).totalElements
  const created = await send('POST', '/core/v1/employees', {
    name: 'Contoh Baru',
    identificationNumber: 'X1',
    joinDate: '2026-02-01',
  })
  assert.equal(created.status, 201)
  const { id } = await read(created)
  assert.equal((await get('/core/v1/employees?query=identificationNumber:X1')).content[0].id, id)

  assert.equal((await call('/core/v1/employees', { method: 'DELETE' })).status, 400)
  assert.equal((await send('DELETE', '/core/v1/employees', [])).status, 400)
  const { content } = await get('/core/v1/employees?size=1')
  const victims = [{ id }, { id: 'nobody' }, { id: content[0].id }]
  const outcome = await read(await send('DELETE', '/core/v1/employees', victims))
  assert.deepEqual(outcome.successes, [{ id }])
  assert.equal(outcome.failures.length, 2)
  assert.equal((await get('/core/v1/employees')).totalElements, before)
})

test('an employee that makes no sense is refused with every wrong field', async (t) => {
  const { send, call } = await started(t)
  const response = await send('POST', '/core/v1/employees', {
    joinDate: '2026-02-30',
    name: ' ',
  })
  assert.equal(response.status, 422)
  const fields = (await read(response)).errors.map(({ field }: { field: string }) => field)
  assert.deepEqual(fields.sort(), ['identificationNumber', 'joinDate', 'name'])
  assert.equal((await call('/core/v1/employees', { method: 'POST', body: '{' })).status, 400)
})

test('approving a bank account works once', async (t) => {
  const { get, send } = await started(t)
  const { content } = await get('/core/v1/bank-account-configurations?query=approvalStatus:WAITING&size=1')
  const { id } = content[0]
  const path = '/core/v1/bank-account-configurations/approvals/approve'
  assert.deepEqual((await read(await send('PUT', path, { id }))).successes, [{ id }])
  assert.deepEqual((await read(await send('PUT', path, { id }))).successes, [])
  assert.equal((await get(`/core/v1/bank-account-configurations/${id}`)).approvalStatus, 'APPROVED')
})

test('the neighbours answer, also under an encoded equals sign and to HEAD', async (t) => {
  const { get, call } = await started(t)
  const names = 'organizations positions job-titles locations banks cities religions employment-types'.split(' ')
  for (const name of names) assert.ok((await get(`/core/v1/${name}`)).totalElements > 1, name)
  for (const path of ['externalId%3DA%2F1', 'externalId=A%2F1']) {
    assert.equal((await get(`/core/v1/tax-calculations/${path}`)).externalId, 'A/1')
  }
  assert.ok((await get('/v1/users/me')).employee.id)
  assert.equal((await get('/v1/oauth-clients')).content[0].clientId, 'id')
  const head = await call('/core/v1/banks', { method: 'HEAD' })
  assert.equal(head.status, 200)
  assert.ok(Number(head.headers.get('content-length')) > 100)
})

test('what CATAPA has and the sandbox has not is told from what nobody has', async (t) => {
  const { call } = await started(t)
  const notModelled = await call('/core/v1/tax-calculations/17')
  assert.equal(notModelled.status, 404)
  assert.deepEqual(await read(notModelled), {
    error: 'not_modelled',
    message: 'CATAPA has GET /core/v1/tax-calculations/{id}, this sandbox does not model it',
  })
  const unknown = await call('/core/v1/nothing')
  assert.equal(unknown.status, 404)
  assert.equal((await read(unknown)).path, '/core/v1/nothing')
  const wrongMethod = await call('/core/v1/banks', { method: 'PUT' })
  assert.equal(wrongMethod.status, 405)
  assert.equal(wrongMethod.headers.get('allow'), 'GET')
})

test('an add-on that is sent twice is paid twice', async (t) => {
  const { get, send } = await started(t)
  const { id: employeeId } = (await get('/core/v1/employees?size=1')).content[0]
  const add = (body: object) => send('PUT', '/core/v1/salary-item-add-on/add', body)
  assert.equal((await read(await add({ employeeId, amount: 5 }))).total, 5)
  assert.equal((await read(await add({ employeeId, amount: 5 }))).total, 10)
  for (const wrong of [{}, { employeeId: 'nobody', amount: 5 }, { employeeId, amount: '5' }]) {
    assert.equal((await add(wrong)).status, 422)
  }
  assert.deepEqual((await get('/core/v1/salary-item-add-on')).content, Array(2).fill({ employeeId, amount: 5 }))
})

test('a time clock hands in times: each that is wrong is named, the others are taken', async (t) => {
  const { get, send } = await started(t)
  const { identificationNumber } = (await get('/core/v1/employees?size=1')).content[0]
  const answer = await send('POST', '/timemanagement/v1/fingerprints', [
    { identificationNumber, time: '2026-12-01T08:00:00+07:00' },
    { identificationNumber, time: 'eight' },
    { identificationNumber: 'nobody', time: '2026-12-01T08:00:00+07:00' },
  ])
  assert.equal(answer.status, 200)
  const { successes, failures } = await read(answer)
  assert.deepEqual(successes, [{ identificationNumber, time: '2026-12-01T08:00:00+07:00', date: '2026-12-01' }])
  assert.deepEqual(
    failures.map(({ message, params }: { message: string; params: object }) => [message, params]),
    [
      ['time must be a date and time (YYYY-MM-DDTHH:MM:SS)', { identificationNumber }],
      ['No such employee', { identificationNumber: 'nobody' }],
    ],
  )
  assert.equal((await send('POST', '/timemanagement/v1/fingerprints', {})).status, 400)
})

test('a payslip is the same PDF each time', async (t) => {
  const { get, send } = await started(t)
  const { id, identificationNumber } = (await get('/core/v1/employees?query=name:andréas*')).content[0]
  const path = `/core/v1/employees/${id}/payslip`
  const responses = [
    await send('POST', path, { paymentDate: '2026-01-31' }),
    await send('POST', path, { paymentDate: '2026-01-31' }),
  ]
  const [first, second] = await Promise.all(
    responses.map(async (response) => Buffer.from(await response.arrayBuffer())),
  )
  assert.ok(first && second)
  assert.deepEqual(second, first)
  assert.equal(responses[0]?.headers.get('content-type'), 'application/pdf')
  assert.equal(
    responses[0]?.headers.get('content-disposition'),
    `attachment; filename="payslip-${identificationNumber}-2026-01-31.pdf"`,
  )
  assert.equal(Number(responses[0]?.headers.get('content-length')), first.length)
  assert.equal((await send('POST', path, { paymentDate: null, type: null })).status, 200)
  assert.equal((await send('POST', path, { paymentDate: 'soon' })).status, 422)
  assert.equal((await send('POST', path, { paymentDate: '1999-01-31' })).status, 404)
  assert.equal((await send('POST', '/core/v1/employees/nobody/payslip', { paymentDate: '2026-01-31' })).status, 404)
})

test('a payslip has the name and the net pay in it', { skip: without('poppler-utils') }, async (t) => {
  const { get, send } = await started(t)
  const { id, name } = (await get('/core/v1/employees?query=name:andréas*')).content[0]
  const payslip = await send('POST', `/core/v1/employees/${id}/payslip`, { paymentDate: '2026-01-31' })
  const input = Buffer.from(await payslip.arrayBuffer())
  const tool = spawnSync('pdftotext', ['-layout', '-', '-'], { input })
  assert.equal(tool.stderr.toString(), '')
  const text = tool.stdout.toString()
  for (const wanted of [name, '2026-01-31', 'Gaji pokok', 'Gaji bersih']) assert.ok(text.includes(wanted), wanted)
})

test('an uploaded logo is measured, hashed and handed back', async (t) => {
  const { call, get } = await started(t)
  const file = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251))
  const form = new FormData()
  form.append('request', new Blob([JSON.stringify({ name: 'PT Contoh "Baru"' })], { type: 'application/json' }))
  form.append('file', new Blob([file], { type: 'image/png' }), 'lógo;"1".png')
  const response = await call('/core/v1/companies', { method: 'POST', body: form })
  assert.equal(response.status, 200)
  const detail = await read(response)
  assert.equal(detail.name, 'PT Contoh "Baru"')
  assert.equal(detail.logoOriginalFilename, 'lógo;"1".png')
  assert.equal(detail.logoFileMetadata.size, file.length)
  assert.equal(detail.logoFileMetadata.sha256, createHash('sha256').update(file).digest('hex'))
  assert.deepEqual(await get('/core/v1/companies'), detail)
  const back = await call('/sandbox/files/logo')
  assert.deepEqual(Buffer.from(await back.arrayBuffer()), file)
})

test('a logo may have 4 MiB and no more', async (t) => {
  const { call } = await started(t)
  async function upload(size: number): Promise<number> {
    const form = new FormData()
    form.append('request', new Blob(['{}']), 'request.json')
    form.append('file', new Blob([new Uint8Array(size)]), 'logo.png')
    return (await call('/core/v1/companies', { method: 'POST', body: form })).status
  }
  assert.equal(await upload(4 * 1024 * 1024), 200)
  assert.equal(await upload(4 * 1024 * 1024 + 1), 413)
  assert.equal(await upload(9 * 1024 * 1024), 413)
})

test('a body that is no multipart, or a torn one, is refused in words', async (t) => {
  const { call } = await started(t)
  async function upload(type: string, body: string) {
    const response = await call('/core/v1/companies', { method: 'POST', headers: { 'Content-Type': type }, body })
    return [response.status, (await read(response)).message]
  }
  const part = '--b\r\nContent-Disposition: form-data; name="request"\r\n\r\n{}\r\n'
  assert.deepEqual(await upload('text/plain', 'x'), [415, 'The request is not multipart/form-data'])
  const torn = [400, 'The multipart body cannot be read']
  assert.deepEqual(await upload('multipart/form-data; boundary=', part), torn)
  assert.deepEqual(await upload('multipart/form-data; boundary=b', part), torn)
  assert.deepEqual(await upload('multipart/form-data; boundary=b', '--b\r\n\r\nx\r\n--b--'), torn)
  const other = part.replace('request', 'other')
  assert.deepEqual(await upload('multipart/form-data; boundary=b', `${other}--b--\r\n`), [
    400,
    "Required request part 'request' is not present",
  ])
  assert.equal((await upload('multipart/form-data; boundary="b"', `${part}--b--\r\n`))[0], 200)
})
