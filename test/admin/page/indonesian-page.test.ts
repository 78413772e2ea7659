// design/promises 17: the page, its text, what the sidecar says to it, and no English in it.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Status } from '../../../src/admin/status/status.ts'
import { press } from '../../support/admin.ts'
import { callersScene, workWithProblems } from '../../support/callers-scene.ts'
import { someWait } from '../../support/idle-shares.ts'
import { englishIn } from '../../support/indonesian.ts'
import { healthy, inPause, nobody, outage, rejected, type Scene, storeDown, unreachable } from '../../support/page.ts'
import { json, root } from '../../support/sidecar.ts'

const folders = ['src/admin', 'src/notices', 'src/words']

function literals(ending: string): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith(ending))
        .map((name) => readFileSync(join(root, folder, name), 'utf8')),
    )
    .join('\n')
    .replace(/^import .*$|^ *(\/\/|\/\*\*|\*).*$/gm, '')
    .replace(/^ +('[^']*'|\w+):(?= |$)/gm, '') // Keys, among them the English texts of page.html.
    .replace(/\b\w+=>|\(([\w, {}]*)\) =>|\$\{[^}`']*\}/g, '')
}

test('no Indonesian table of the page and of notices has an English sentence', () => {
  assert.ok(englishIn(literals('-words.ts')).length > 200, 'the control: in English they are found')
  assert.deepEqual(englishIn(literals('.id.ts').replaceAll(/from dan to|\bat ===/g, '')), [])
})

const asIndonesian = { headers: { Cookie: 'language=id' } }

/** The text without what the callers file is told to have: that is said by whoever reads it, in the language of the process. */
async function ownText({ adminUrl }: Pick<Scene, 'adminUrl'>): Promise<{ text: string; lines: string[] }> {
  const status: Status = await json(await fetch(`${adminUrl}/api/status?language=id`))
  const lines = (await (await fetch(adminUrl, asIndonesian)).text()).split('\n')
  let text = lines.join(' ').replace(/\s+/g, ' ')
  for (const problem of status.callers?.problems ?? []) text = text.replaceAll(problem.replace(/\s+/g, ' '), '')
  return { text, lines }
}

for (const [state, start, first] of [
  ['healthy', healthy, 'OK: Berfungsi.'],
  ['rejected', rejected, 'TIDAK BERFUNGSI: CATAPA menolak kredensial.'],
  ['outage', outage, 'TIDAK BERFUNGSI: Tidak ada akses ke CATAPA.'],
  ['unreachable', unreachable, 'TIDAK BERFUNGSI: CATAPA tidak dapat dihubungi.'],
  ['nobody', nobody, 'TIDAK BERFUNGSI: Seseorang harus login.'],
  ['storeDown', storeDown, 'PERHATIAN: Berfungsi, tetapi token untuk sementara tidak dipakai bersama.'],
  ['inPause', inPause, /^PERHATIAN: CATAPA meminta jeda sampai [\d:]{8}\.$/],
  ['callers', workWithProblems, 'PERHATIAN: Berfungsi, tetapi file pemanggil bermasalah, dan perubahannya tidak'],
] as const) {
  test(`the text in the state "${state}" is Indonesian, and at most 80 columns wide`, async (t) => {
    const { text, lines } = await ownText(await start(t))
    assert.ok(
      lines.some((line) => (typeof first === 'string' ? line === first : first.test(line))),
      lines.slice(0, 6).join('\n'),
    )
    assert.deepEqual(englishIn(text), [])
    assert.doesNotMatch(text, /\bnone\b|\bset, not shown|\bor HTTP_PROXY|\benvironment\b/)
    assert.deepEqual(
      lines.filter((line) => line.length > 80 || /\s$/.test(line)),
      [],
    )
  })
}

test('who waits is said in Indonesian', async (t) => {
  const scene = await callersScene(t)
  scene.current.shares = someWait
  const { text } = await ownText(scene)
  assert.match(
    text,
    /Pemanggil yang menunggu 941 panggilan menunggu; tidak perlu tindakan\. .* semua 64 koneksi ke CATAPA/,
  )
  assert.deepEqual(englishIn(text), [])
})

test('/api/status is English for programs, and Indonesian only where its address asks for that', async (t) => {
  const scene = await rejected(t)
  const ask = async (query: string) => {
    const answer = await fetch(`${scene.adminUrl}/api/status${query}`, {
      headers: { Cookie: 'language=id', 'Accept-Language': 'id' },
    })
    const { states, errors }: Status = await json(answer)
    return [answer.headers.get('content-language'), states[0]?.name, states[0]?.title, errors[0]?.title]
  }
  const english = [
    null,
    'credentials_rejected',
    'CATAPA refuses the credentials',
    'CATAPA refuses the client credentials',
  ]
  for (const query of ['', '?language=en', '?language=de', '?language=ID', '?x=id'])
    assert.deepEqual(await ask(query), english)
  // The title of a code is English always.
  assert.deepEqual(await ask('?language=id'), ['id', english[1], 'CATAPA menolak kredensial', english[3]])
  assert.match(await (await fetch(`${scene.adminUrl}/readyz`)).text(), /CATAPA refuses the credentials/)
})

test('each who watches gets messages in the own language', async (t) => {
  const scene = await rejected(t)
  const first = async (query: string) => {
    const answer = await fetch(`${scene.adminUrl}/api/events${query}`)
    const { value } = (await answer.body?.pipeThrough(new TextDecoderStream()).getReader().read()) ?? {}
    return [answer.headers.get('content-language'), /"title":"(CATAPA \w+ (?:the )?\w+)"/.exec(value ?? '')?.[1]]
  }
  const [english, indonesian] = await Promise.all([first(''), first('?language=id')])
  assert.deepEqual(
    [english, indonesian],
    [
      [null, 'CATAPA refuses the credentials'],
      ['id', 'CATAPA menolak kredensial'],
    ],
  )
})

test('the outcome of a button is Indonesian, too', async (t) => {
  const answer = await press(await healthy(t), '/api/token/refresh?language=id')
  assert.deepEqual([answer.status, answer.headers.get('content-language')], [200, 'id'])
})
