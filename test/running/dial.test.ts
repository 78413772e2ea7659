import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Dial, dialOfSaid, dialsOf } from '../../src/running/dial.ts'
import { parseListenAddress } from '../../src/settings/listen-address.ts'

test('a listener is dialled where it listens, one for all addresses on loopback, and one on any free port nowhere', () => {
  const cases: [listen: string, dials: Dial[]][] = [
    [
      'localhost:80',
      [
        { host: '127.0.0.1', port: 80 },
        { host: '::1', port: 80 },
      ],
    ],
    ['10.1.2.3:80', [{ host: '10.1.2.3', port: 80 }]],
    ['0.0.0.0:80', [{ host: '127.0.0.1', port: 80 }]],
    ['[::]:80', [{ host: '::1', port: 80 }]],
    ['[::ffff:127.0.0.1]:80', [{ host: '::ffff:127.0.0.1', port: 80 }]],
    ['unix:/run/a.sock,mode=0660', [{ path: '/run/a.sock' }]],
    ['localhost:0', []],
    ['127.0.0.1:0', []],
  ]
  for (const [listen, dials] of cases) {
    const address = parseListenAddress(listen)
    assert.ok(!('flaw' in address), listen)
    assert.deepEqual(dialsOf(address), dials, listen)
  }
})

test('what a sidecar says of its addresses is dialled, and what is no address is not', () => {
  assert.deepEqual(dialOfSaid('http://127.0.0.1:8228'), { host: '127.0.0.1', port: 8228 })
  assert.deepEqual(dialOfSaid('http://[::1]:8228'), { host: '::1', port: 8228 })
  assert.deepEqual(dialOfSaid('http://0.0.0.0:8228'), { host: '127.0.0.1', port: 8228 })
  assert.deepEqual(dialOfSaid('https://192.0.2.7:8443'), { host: '192.0.2.7', port: 8443 })
  assert.deepEqual(dialOfSaid('unix:/run/sidecar.sock'), { path: '/run/sidecar.sock' })
  for (const text of ['', 'http://', 'http://a@b:1', 'unix:x', 'http://127.0.0.1:0', '\u001b']) {
    assert.equal(dialOfSaid(text), undefined, JSON.stringify(text))
  }
})
