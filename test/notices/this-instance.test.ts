import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { instanceLine, pageAddress } from '../../src/notices/this-instance.ts'
import { config } from '../support/settings.ts'

test('an instance is its tenant, this machine and the settings file', () => {
  assert.equal(instanceLine(config(), undefined), `acme on ${hostname()}, settings of the environment`)
  assert.equal(instanceLine(config(), 'own.env'), `acme on ${hostname()}, ${resolve('own.env')}`)
})

test('the page is at the first admin listener that a browser can open', () => {
  const at = (adminListen: string) => pageAddress(config({ SIDECAR_ADMIN_LISTEN: adminListen }).adminListen)
  assert.equal(at('localhost:8229'), 'http://localhost:8229/')
  assert.equal(at('unix:/run/x.sock [::1]:1234'), 'http://[::1]:1234/')
  assert.equal(at('0.0.0.0:1234'), `http://${hostname()}:1234/`)
  for (const none of ['off', 'unix:/run/x.sock', 'localhost:0']) assert.equal(at(none), undefined)
})
