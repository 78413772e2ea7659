// design/promises 17.1: a command speaks the language of its terminal, unless the setting says otherwise.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { terminalLanguage } from '../../src/commands/terminal-language.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const posix = { platform: 'linux', userLocale: () => 'id-ID' }
const windows = { ...posix, platform: 'win32' }

const terminals: [environment: Record<string, string>, language: string][] = [
  [{}, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'id_ID.UTF-8' }, 'id'],
  [{ LANG: 'in_ID' }, 'id'],
  [{ LANG: 'id' }, 'id'],
  [{ LANG: 'idk_NG' }, 'en'],
  [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'id_ID.UTF-8' }, 'id'],
  [{ LANG: 'id_ID', LC_MESSAGES: 'id_ID', LC_ALL: 'C' }, 'en'],
  [{ LANG: 'id_ID', LC_ALL: '' }, 'id'],
  [{ LANGUAGE: 'id' }, 'en'],
  [{ LANG: 'en_US', SIDECAR_LANGUAGE: 'id' }, 'id'],
  [{ LANG: 'id_ID', SIDECAR_LANGUAGE: 'en' }, 'en'],
  [{ LANG: 'id_ID', SIDECAR_LANGUAGE: 'auto' }, 'id'],
]
for (const [environment, language] of terminals) {
  test(`${JSON.stringify(environment)} → ${language}`, async () => {
    assert.equal(await terminalLanguage(environment, undefined, posix), language)
  })
}

test('on Windows the user has a locale, which the environment may replace', async () => {
  assert.equal(await terminalLanguage({}, undefined, windows), 'id')
  assert.equal(await terminalLanguage({ LANG: 'en_US' }, undefined, windows), 'en')
})

test('the settings file says it, too, below the environment; one that cannot be read says nothing', async (t) => {
  const file = join(temporaryFolder(t), 'settings.env')
  writeFileSync(file, 'SIDECAR_LANGUAGE=id\n')
  assert.equal(await terminalLanguage({}, file, posix), 'id')
  assert.equal(await terminalLanguage({ SIDECAR_LANGUAGE: 'en' }, file, posix), 'en')
  assert.equal(await terminalLanguage({}, `${file}.missing`, posix), 'en')
})
