import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultStateDir } from '../../src/settings/state-dir.ts'
import { assertProblem, config } from '../support/settings.ts'

const of = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  defaultStateDir(new Map(Object.entries(env)), platform)

test('SIDECAR_STATE_DIR comes first, and is an absolute path', () => {
  const env = { SIDECAR_STATE_DIR: '/srv/login/', STATE_DIRECTORY: '/var/lib/a' }
  assert.equal(config(env).stateDir, '/srv/login')
  for (const path of ['login', './login', '~/login']) {
    assertProblem({ SIDECAR_STATE_DIR: path }, 'SIDECAR_STATE_DIR', /should be the absolute path of a folder/)
  }
})

test('of several folders in $STATE_DIRECTORY the first counts', () => {
  const others = { HOME: '/home/a', XDG_STATE_HOME: '/x' }
  assert.equal(config({ ...others, STATE_DIRECTORY: '/var/lib/one:/var/lib/two' }).stateDir, '/var/lib/one')
  assert.equal(of({ ...others, STATE_DIRECTORY: '/var/lib/one' }), '/var/lib/one')
})

test('without either it is the state folder of the user, as the platform has it', () => {
  assert.equal(of({ HOME: '/home/a' }), '/home/a/.local/state/catapa-sidecar')
  assert.equal(of({ HOME: '/home/a', XDG_STATE_HOME: '/x' }), '/x/catapa-sidecar')
  assert.equal(of({ HOME: '/home/a', XDG_STATE_HOME: 'x' }), '/home/a/.local/state/catapa-sidecar')
  assert.equal(of({ HOME: '/Users/a' }, 'darwin'), '/Users/a/Library/Application Support/catapa-sidecar')
  assert.equal(of({}), join(homedir(), '.local/state/catapa-sidecar'))
  // This machine's own paths stand for those of Windows, which only Windows takes for absolute.
  assert.equal(of({ LOCALAPPDATA: '/c/local', HOME: '/home/a' }, 'win32'), '/c/local/catapa-sidecar')
})
