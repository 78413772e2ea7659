import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settings } from '../../src/settings/settings.ts'
import { shownSettings } from '../../src/settings/shown-settings.ts'
import { config } from '../support/settings.ts'

/** What is shown of a configuration, by name. */
function shown(env: Record<string, string>): Record<string, string> {
  const read = config(env)
  return Object.fromEntries(shownSettings(read, read.credentials, 'warn').map(({ name, value }) => [name, value]))
}

test('settings are shown in the order of the README', () => {
  const names = settings.map(({ name }) => name)
  const known = Object.keys(shown({})).filter((name) => names.includes(name))
  assert.deepEqual(
    known,
    names.filter((name) => known.includes(name)),
  )
})

test('what differs from its default has that default beside it; what is required, or follows from others, has none', () => {
  const read = config({
    CATAPA_BASE_URL: 'https://catapa.example',
    SIDECAR_HOLD: '5',
    SIDECAR_REPLAY: 'safe',
    SIDECAR_ALLOWED_HOSTS: 'sidecar.example',
    SIDECAR_CALLERS_FILE: '/etc/callers',
    HTTPS_PROXY: 'http://proxy.example:3128',
  })
  assert.deepEqual(
    shownSettings(read, read.credentials, 'warn').flatMap(({ name, value, default: usual }) =>
      usual === undefined ? [] : [[name, value, usual]],
    ),
    [
      ['CATAPA_BASE_URL', 'https://catapa.example', 'https://api.catapa.com'],
      ['HTTPS_PROXY or HTTP_PROXY, for the API', 'http://proxy.example:3128', 'none'],
      ['HTTPS_PROXY or HTTP_PROXY, for the token endpoint', 'http://proxy.example:3128', 'none'],
      ['SIDECAR_ALLOWED_HOSTS', 'sidecar.example', 'none'],
      ['SIDECAR_CALLERS_FILE', '/etc/callers', 'none'],
      ['SIDECAR_HOLD', '5', '30'],
      ['SIDECAR_LOG_LEVEL', 'warn', 'info'],
    ],
  )
})

test('sizes are shown in the largest unit that they are a whole number of', () => {
  for (const [given, words] of [
    ['100MiB', '100 MiB'],
    ['1.5GB', '1500 MB'],
    ['1GB', '1 GB'],
    ['500k', '500 KiB'],
    ['1001', '1001 B'],
  ] as const) {
    assert.equal(shown({ SIDECAR_MAX_BODY: given }).SIDECAR_MAX_BODY, words)
  }
})

test('settings are shown in the units in which they are written, the log level as it is now', () => {
  const found = shown({
    CATAPA_TOKEN_URL: 'https://t.example/token?key=hidden',
    SIDECAR_LISTEN: '[::1]:1 unix:/run/a.sock,mode=660',
    SIDECAR_ADMIN_LISTEN: 'off',
    SIDECAR_TOKEN_WAIT: '2.5',
    SIDECAR_MAX_BODY: '1k',
    SIDECAR_ALLOWED_HOSTS: 'A, b',
  })
  assert.deepEqual(
    [found.CATAPA_CLIENT_SECRET, found.CATAPA_TOKEN_URL, found.CATAPA_SCOPE, found.CATAPA_CA_FILE],
    ['(set, not shown)', 'https://t.example/token?***', 'none', 'none'],
  )
  assert.deepEqual([found.SIDECAR_LISTEN, found.SIDECAR_ADMIN_LISTEN], ['[::1]:1 unix:/run/a.sock,mode=0660', 'off'])
  assert.deepEqual(
    [found.SIDECAR_TOKEN_WAIT, found.SIDECAR_MAX_BODY, found.SIDECAR_ALLOWED_HOSTS, found.SIDECAR_ALLOWED_ORIGINS],
    ['2.5', '1 KiB', 'a b', 'none'],
  )
  assert.equal(found.SIDECAR_LOG_LEVEL, 'warn')
  assert.equal(shown({ SIDECAR_MAX_BODY: '0' }).SIDECAR_MAX_BODY, '0')
})
