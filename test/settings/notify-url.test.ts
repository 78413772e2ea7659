import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childEnvironment } from '../../src/commands/exec/child-environment.ts'
import { isSecret } from '../../src/settings/environment.ts'
import { shownReceiver } from '../../src/settings/notify-url.ts'
import { readDemoConfig } from '../../src/settings/read-config.ts'
import { shownSettings } from '../../src/settings/shown-settings.ts'
import { assertProblem, config, file, nowhere, problems } from '../support/settings.ts'

const name = 'SIDECAR_NOTIFY_URL'
const to = (value: string) => ({ [name]: value })
const ofMail = 'from=sidecar@example.com&to=ops@example.com'
const notified = (value: string, env = {}) => config({ ...to(value), ...env }).notify

test('nobody is told by default, and the wait is two minutes', () => {
  assert.deepEqual(config().notify, [])
  assert.equal(config().notifyAfterMs, 120_000)
})

test('how long something has to last: from at once to an hour', () => {
  const after = (value: string) => ({ SIDECAR_NOTIFY_AFTER: value })
  assert.equal(config(after('0')).notifyAfterMs, 0)
  assert.equal(config(after('3600')).notifyAfterMs, 3_600_000)
  for (const value of ['3601', '-1', '2m']) assertProblem(after(value), 'SIDECAR_NOTIFY_AFTER', /from 0 to 3600/)
})

test('each kind takes the URL that its service gives out, as it is', () => {
  const urls = {
    slack: 'https://hooks.slack.com/services/T0/B0/x',
    teams: 'https://prod-1.westeurope.logic.azure.com/workflows/a/triggers/manual/paths/invoke?sp=%2Ftriggers&sig=x',
    googlechat: 'https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t',
    telegram: 'https://api.telegram.org/bot1:x/sendMessage?chat_id=-100',
    ntfy: 'https://user:p%40ss@ntfy.example/topic',
    json: 'http://127.0.0.1:9/hook',
  }
  const written = Object.entries(urls).map(([kind, url]) => `${kind}:${url}`)
  const read = notified(`\n${written.join(' \n\t ')} `)
  assert.deepEqual(
    read.map((receiver) => receiver.kind !== 'smtp' && `${receiver.kind}:${receiver.url.href}`),
    written,
  )
  assert.deepEqual(read.map(shownReceiver), [
    'slack hooks.slack.com',
    'teams prod-1.westeurope.logic.azure.com',
    'googlechat chat.googleapis.com',
    'telegram api.telegram.org',
    'ntfy ntfy.example',
    'json 127.0.0.1',
  ])
})

test('a mail server: ports, login, several addresses, and a plus in one', () => {
  const [receiver] = notified(
    'smtp://me%40example.com:p%2Fa%3Ass%20word@mail.example.com/?from=a+b@example.com&to=x@example.com,y%2Bz@example.com',
  )
  assert.deepEqual(receiver, {
    kind: 'smtp',
    host: 'mail.example.com',
    port: 587,
    login: { user: 'me@example.com', password: 'p/a:ss word' },
    from: 'a+b@example.com',
    to: ['x@example.com', 'y+z@example.com'],
    tls: 'required',
  })
  const ways: [string, number, string][] = [
    [`smtps://mail.example?${ofMail}`, 465, 'from_start'],
    [`SMTP://mail.example:25/?${ofMail}`, 25, 'if_offered'],
    [`smtp://localhost:25/?${ofMail}`, 25, 'none'],
    [`smtp://u:p@[::1]:2525/?${ofMail}`, 2525, 'none'],
  ]
  for (const [url, port, tls] of ways) {
    const [read] = notified(url)
    assert.ok(read?.kind === 'smtp')
    assert.deepEqual([read.port, read.tls], [port, tls])
  }
})

test('with CATAPA_ALLOW_HTTP a password goes without TLS where the server offers none, and URLs may be http://', () => {
  const allow = { CATAPA_ALLOW_HTTP: 'true' }
  const [receiver] = notified(`smtp://u:p@mail.example/?${ofMail}`, allow)
  assert.ok(receiver?.kind === 'smtp' && receiver.tls === 'if_offered')
  assert.equal(notified('json:http://other.example/', allow).length, 1)
  assertProblem(to('json:http://other.example/'), name, /its receiver should have a URL that begins with https/)
})

test('what is no receiver is named by its position, without a character of it', () => {
  const https = 'https://hush-4716.example/hush-4716'
  const wrong: [string, RegExp][] = [
    [https, /should begin with slack:/],
    ['discord:https://hush-4716', /should begin with slack:/],
    ['slack:hush-4716', /URL that begins with https:/],
    ['slack:ftp://hush-4716', /URL that begins with https:/],
    ['slack:https:hush-4716', /URL that begins with https:/],
    [`json:${https}#x`, /no fragment/],
    ['json:https://u:hush-4716%@x', /percent-encoded/],
    ['ntfy:https://hush-4716.example/', /topic/],
    ['telegram:https://hush-4716/sendMessage', /chat_id/],
    ['telegram:https://hush-4716/?chat_id=1', /sendMessage/],
    [`smtp://hush-4716:0/?${ofMail}`, /should be smtp:/],
    [`smtp://u:hush?4716@mail/?${ofMail}`, /should be smtp:/],
    [`smtp://u:hush#4716@mail/?${ofMail}`, /should be smtp:/],
    [`smtp://u:hush/4716@mail/?${ofMail}`, /should be smtp:|address|parameters/],
    [`smtp://mail/hush-4716?${ofMail}`, /should be smtp:/],
    [`smtp:mail?${ofMail}`, /should be smtp:/],
    [`smtp://hush-4716@mail/?${ofMail}`, /both a user and a password/],
    [`smtp://u:hush-4716%@mail/?${ofMail}`, /percent-encoded/],
    ['smtp://mail/?from=hush-4716@example.com', /mail address in from/],
    ['smtp://mail/', /no other parameters/],
    ['smtp://mail/?to=hush-4716@example.com', /mail address in from/],
    [`smtp://mail/?${ofMail}&hush-4716=1`, /no other parameters/],
    [`smtp://mail/?${ofMail}&from=hush-4716@example.com`, /from once/],
    ['smtp://mail/?from=hush-4716%&to=a@b', /percent-encoded addresses/],
    ['smtp://mail/?from=a@b&to=hush-4716%0D%0ABcc:x@y', /mail address/],
    ['smtp://mail/?from=a@b&to=x@y,', /mail address/],
    ['smtp://mail/?from=Hush%204716%20<a@b>&to=x@y', /mail address/],
  ]
  for (const [value, wording] of wrong) {
    assertProblem(to(`json:https://good.example ${value}`), name, wording)
    const [found] = problems(to(`json:https://good.example\n${value}`))
    assert.match(found?.problem ?? '', /^the second receiver /)
    assert.doesNotMatch(found?.problem ?? '', /hush|4716/)
  }
  assertProblem(to('json:https://a.example json:https://a.example'), name, /the second receiver is there twice/)
  assert.equal(problems(to('x y z')).length, 3)
})

test('the sidecar does not tell itself', () => {
  for (const value of [
    'json:http://localhost:8228/',
    'json:http://127.0.0.1:8229/x',
    `smtp://localhost:8229/?${ofMail}`,
  ]) {
    assertProblem(to(value), name, /own listeners/)
  }
  assert.equal(notified('json:http://localhost:8230/').length, 1)
})

test('from a file, one receiver a line', () => {
  const lines = `slack:https://a.example/x\r\nsmtps://mail.example/?${ofMail}\n`
  assert.deepEqual(config({ [`${name}_FILE`]: file(lines) }).notify.map(shownReceiver), [
    'slack a.example',
    'smtp mail.example',
  ])
  assertProblem({ [`${name}_FILE`]: nowhere }, name, /does not exist/)
  assertProblem({ [`${name}_FILE`]: file('json:https://a'), ...to('json:https://b') }, name, /keep one of them/)
})

test('it is shown as kind and host, and a child does not inherit it', () => {
  const read = config(to(`slack:https://hooks.slack.com/services/hush-4717 smtp://u:hush-4717@mail.example/?${ofMail}`))
  const shown = shownSettings(read, read.credentials, 'info').find((setting) => setting.name === name)
  assert.deepEqual(shown, { name, value: 'slack hooks.slack.com, smtp mail.example', default: 'none' })
  assert.ok(isSecret(name, 'x'))
  const child = childEnvironment({ ...to('x'), [`${name}_FILE`]: '/x', Sidecar_Notify_Url: 'x' }, 'http://a', 'linux')
  assert.ok(!Object.keys(child).some((key) => /notify/i.test(key)))
})

test('demo tells people too, over https or on this machine', () => {
  const read = readDemoConfig(to('json:http://127.0.0.1:9/')).sidecarOf(new URL('http://localhost:1'))
  assert.deepEqual(read.notify.map(shownReceiver), ['json 127.0.0.1'])
  assert.throws(() => readDemoConfig(to('json:http://other.example/')), /ConfigError|https/)
})
