import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/settings/read-config.ts'
import { sandboxSettings, settings } from '../../src/settings/settings.ts'
import { assertProblem, config, credentials, file, problems } from '../support/settings.ts'

test('a name within two letters of a real one is a problem that says which', () => {
  const meant = {
    SIDECAR_LISTN: 'SIDECAR_LISTEN',
    SIDECAR_LISTENS: 'SIDECAR_LISTEN',
    SIDECAR_LSITEN: 'SIDECAR_LISTEN',
    sidecar_listen: 'SIDECAR_LISTEN',
    CATAPA_TENNANT: 'CATAPA_TENANT',
    CATAPA_CLIENT_SECRET_FLIE: 'CATAPA_CLIENT_SECRET_FILE',
    SIDECRA_REPLAY: 'SIDECAR_REPLAY',
    SIDECAR_MAXBODY: 'SIDECAR_MAX_BODY',
    SIDECAR_POLICI: 'SIDECAR_POLICY',
    CATAPA_CA_FILES: 'CATAPA_CA_FILE',
  }
  for (const [name, real] of Object.entries(meant)) {
    assertProblem({ [name]: 'x' }, name, new RegExp(`did you mean ${real}\\?$`))
  }
})

test('other unknown names are warned of, by name and without value', () => {
  assert.deepEqual(config({ SIDECAR_COLOUR: 'zq9x', CATAPA_VERSION: '1', OTHER: 'x', LISTEN: 'x' }).warnings, [
    'SIDECAR_COLOUR is set but is not a setting: it is ignored.',
    'CATAPA_VERSION is set but is not a setting: it is ignored.',
  ])
})

test('a name that would harm a terminal is shown without its control characters', () => {
  assert.match(config({ 'SIDECAR_COLOUR\x1b[31m': 'x' }).warnings[0] ?? '', /^SIDECAR_COLOUR\?\?31m is set/)
})

test('what Kubernetes injects for services is ignored, by exact pattern', () => {
  const injected = {
    SIDECAR_PORT: 'tcp://10.0.0.1:8228',
    SIDECAR_SERVICE_HOST: '10.0.0.1',
    SIDECAR_SERVICE_PORT: '8228',
    SIDECAR_SERVICE_PORT_HTTP_ADMIN: '8229',
    SIDECAR_PORT_8228_TCP: 'tcp://10.0.0.1:8228',
    SIDECAR_PORT_8228_TCP_PROTO: 'tcp',
    SIDECAR_PORT_8228_TCP_PORT: '8228',
    SIDECAR_PORT_8228_TCP_ADDR: '10.0.0.1',
    CATAPA_SIDECAR_SERVICE_HOST: '10.0.0.1',
    CATAPA_SIDECAR_PORT: 'udp://10.0.0.1:53',
    CATAPA_SIDECAR_PORT_53_UDP: 'udp://10.0.0.1:53',
    CATAPA_SIDECAR_PORT_53_SCTP_ADDR: '10.0.0.1',
  }
  assert.deepEqual(config(injected).warnings, [])
  const alike = { SIDECAR_PORT: '8228', SIDECAR_PORT_8228: 'x', SIDECAR_SERVICE: 'x', SIDECAR_PORT_x_TCP: 'x' }
  assert.equal(config(alike).warnings.length, 4)
})

test('what exec sets for its child is not a surprise to a sidecar in it', () => {
  assert.deepEqual(config({ CATAPA_URL: 'http://localhost:1', CATAPA_SOCKET: '/tmp/x/http.sock' }).warnings, [])
  assert.deepEqual(config({}, file('CATAPA_URL=http://localhost:1')).warnings, [])
})

test('names of protections are refused, wherever they are set: the callers file has two of them, and one is not here', () => {
  const inCallersFile = /^is not a setting: it belongs in the callers file, which SIDECAR_CALLERS_FILE names$/
  for (const [name, wording] of [
    ['SIDECAR_POLICY', inCallersFile],
    ['SIDECAR_CALLER_KEYS_FILE', inCallersFile],
    ['SIDECAR_STATE_KEY', /^is not in this version/],
  ] as const) {
    assertProblem({ [name]: 'client_credentials' }, name, wording)
    const found = problems({}, file(`${name}=x`))
    assert.deepEqual(
      found.map((problem) => problem.name),
      [name],
    )
  }
})

test('the settings of the sandbox are known to a file that both read', () => {
  assert.deepEqual(config({}, file(sandboxSettings.map(({ name }) => `${name}=x`).join('\n'))).warnings, [])
})

test('unknown names in the --config file are problems when they are close, else warned of by line', () => {
  assert.deepEqual(problems({}, file('\nSIDECAR_LISTN=x\nHttps_Proxy=http://a:1\nHTTPPROXY=x')), [
    { name: 'SIDECAR_LISTN', problem: 'is not a setting (line 2 of the --config file); did you mean SIDECAR_LISTEN?' },
    { name: 'Https_Proxy', problem: 'is not a setting (line 3 of the --config file); did you mean HTTPS_PROXY?' },
    { name: 'HTTPPROXY', problem: 'is not a setting (line 4 of the --config file); did you mean HTTP_PROXY?' },
  ])
  assert.deepEqual(config({}, file('FTP_PROXY=x\nSIDECAR_COLOUR=x\nEMPTY=\nALL_PROXY=x')).warnings, [
    'Line 1 of the --config file sets a name that is not a setting: it is ignored.',
    'SIDECAR_COLOUR in line 2 of the --config file is not a setting: it is ignored.',
    'Line 4 of the --config file sets a name that is not a setting: it is ignored.',
  ])
})

test('no setting is taken for a misspelling of another', () => {
  for (const { name } of settings.filter(({ required }) => !required)) {
    const said = (() => {
      try {
        return readConfig({ ...credentials, [name]: 'x' }).warnings.join()
      } catch (error) {
        return String(error)
      }
    })()
    assert.doesNotMatch(said, /not a setting/, name)
  }
})
