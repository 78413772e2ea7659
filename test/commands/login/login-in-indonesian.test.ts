// A person whose terminal is in Indonesian logs in: terminal and browser speak one language (design/promises 17).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseSomebody, ended, startLoginSandbox, stored } from '../../support/login-command.ts'
import { assertNoEnglish } from '../../support/no-english.ts'
import { runCli } from '../../support/sidecar.ts'

async function started(t: Parameters<typeof runCli>[0], args: string[] = []) {
  const { env, stateDir } = await startLoginSandbox(t)
  const command = runCli(t, ['login', ...args], { ...env, LANG: 'id_ID.UTF-8' }, 'pipe')
  const invited = await command.until(/Menunggu, paling lama 5 menit[\s\S]*\)\n|dalam 5 menit:\n/)
  const address = /^ {2}(https?:\S+)$/m.exec(invited)?.[1] ?? ''
  return { command, address, stateDir, env }
}

test('the address, the page and the question are Indonesian, and ya stores the login', async (t) => {
  const { command, address, stateDir } = await started(t)
  const page = await (await fetch(await chooseSomebody(address))).text()
  assert.match(page, /<html lang="id">/)
  assert.match(page, /<h1>Anda sudah masuk: sekarang kembali ke terminal<\/h1>/)
  assertNoEnglish(page.slice(page.indexOf('<h1>')).replaceAll(/<[^>]*>/g, ' '))
  await command.until(/lakukan panggilan sebagai .+\? \[y\/N\] $/)
  command.child.stdin?.write('ya\n')
  const { code, output } = await ended(command)
  assert.equal(code, 0, output)
  assert.match(output, /\nSudah masuk sebagai .+, di tenant demo\.\nLogin ada di .+login\.json\. /)
  assertNoEnglish(output.replaceAll(/\[y\/N\]|https?:\S+/g, ''))
  assert.notEqual(stored(stateDir), undefined)
})

test('a page for a request that is no answer, and a refusal, are Indonesian', async (t) => {
  const { command, address, env } = await started(t)
  const stray = await (await fetch(`${env.CATAPA_REDIRECT_URI}?code=x&state=y`)).text()
  assert.match(stray, /<html lang="id">.*<h1>Ini bukan jawaban yang ditunggu login<\/h1>/s)
  await fetch(await chooseSomebody(address, { deny: 'true' }))
  const { code, output } = await ended(command)
  assert.equal(code, 4, output)
  assert.match(output, /catapa-sidecar login: Akses ditolak di halaman login\. Tidak ada yang berubah; /)
})

test('what was pasted by mistake is explained in Indonesian', async (t) => {
  const { command, address } = await started(t, ['--paste'])
  command.child.stdin?.write(`${address}\n`)
  await command.until(/Itu alamat halaman login\. .* Tempelkan lagi:/)
  command.child.stdin?.end()
  assert.equal((await ended(command)).code, 4)
})

test('logout says in Indonesian that there is no login', async (t) => {
  const { env, stateDir } = await startLoginSandbox(t)
  const command = runCli(t, ['logout'], { ...env, LANG: 'id_ID.UTF-8' })
  const { code, output } = await ended(command)
  assert.deepEqual([code, output], [0, `Tidak ada login di ${stateDir}.\n`])
})
