import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSecretFiles } from '../../src/settings/open-secrets.ts'
import { settings } from '../support/doctor.ts'
import { exec } from '../support/exec.ts'
import { kubernetesSecret, secretFileWith } from '../support/secret-files.ts'
import { demoCredentials, runCli, startTestSandbox } from '../support/sidecar.ts'

test('start and exec warn of a secret that every user can read, with its file and the mend; of others they say nothing', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, async (t) => {
  const { url } = await startTestSandbox(t)
  const { CATAPA_CLIENT_SECRET, ...rest } = settings(url)
  const said = async (env: Record<string, string>, ...args: string[]) => {
    const command = runCli(t, ['start', ...args], env)
    return command.until(/"msg":"listening"/)
  }
  const open = secretFileWith(demoCredentials.clientSecret, 0o644)
  const inConfig = secretFileWith(`CATAPA_CLIENT_SECRET=${CATAPA_CLIENT_SECRET}\n`, 0o644)
  const withFile = { ...rest, CATAPA_CLIENT_SECRET_FILE: open }
  const [byFile, byConfig] = await Promise.all([said(withFile), said(rest, '--config', inConfig)])
  const warning = (what: string, path: string) =>
    new RegExp(`"level":"warn".*others can read the client secret: ${what} has mode 0644: .*chmod 600 ${path}`)
  assert.match(byFile, warning(`the file ${open} of CATAPA_CLIENT_SECRET_FILE`, open))
  assert.match(byConfig, warning(`the --config file ${inConfig}`, inConfig))
  const { code, stderr } = await exec(t, url, ['true'], { CATAPA_CLIENT_SECRET: '', CATAPA_CLIENT_SECRET_FILE: open })
  assert.equal(code, 0)
  assert.match(stderr, warning(`the file ${open} of CATAPA_CLIENT_SECRET_FILE`, open))

  const own = secretFileWith(demoCredentials.clientSecret)
  assert.doesNotMatch(await said({ ...rest, CATAPA_CLIENT_SECRET_FILE: own }), /"level":"warn"/)
  const withoutSecret = secretFileWith(`CATAPA_CLIENT_SECRET_FILE=${own}\n`, 0o644)
  assert.doesNotMatch(await said(rest, '--config', withoutSecret), /"level":"warn"/)
})

test('a secret of a group, as fsGroup gives it, and one that Kubernetes mounts are not warned of', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, () => {
  const warned = (path: string) =>
    openSecretFiles({ environment: { CATAPA_CLIENT_SECRET_FILE: path }, configPath: undefined })
  assert.deepEqual(warned(secretFileWith('x', 0o440)), [])
  assert.match(warned(secretFileWith('x', 0o444)).join(), /mode 0444/)
  assert.deepEqual(warned(kubernetesSecret()), [])
  assert.deepEqual(openSecretFiles({ environment: { CATAPA_CLIENT_SECRET: 'x' }, configPath: undefined }), [])
})

test('a file with the URL of the store is warned of like one with the client secret: its password stands there', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, () => {
  const url = 'redis://user:hush-4714@127.0.0.1:9'
  const open = secretFileWith(url, 0o644)
  const store = { SIDECAR_CACHE_URL_FILE: open }
  const warning = new RegExp(
    `^others can read the URL of the store, with its password: the file ${open} of SIDECAR_CACHE_URL_FILE has mode 0644: .*chmod 600`,
  )
  const sentences = openSecretFiles({ environment: store, configPath: undefined })
  assert.match(sentences.join('\n'), warning)
  const config = secretFileWith(`SIDECAR_CACHE_URL=${url}\nCATAPA_CLIENT_SECRET=x\n`, 0o644)
  const ofConfig = openSecretFiles({ environment: {}, configPath: config })
  assert.deepEqual([ofConfig.length, /the client secret: the --config file/.test(ofConfig.join())], [1, true])
})

test('a file with the URLs of notices is warned of too: whoever has them can write to the same people', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, () => {
  const open = secretFileWith('slack:https://hooks.slack.com/services/hush-4718', 0o644)
  const sentences = openSecretFiles({ environment: { SIDECAR_NOTIFY_URL_FILE: open }, configPath: undefined })
  assert.match(
    sentences.join('\n'),
    /^others can read the URLs that notices are sent to: .* SIDECAR_NOTIFY_URL_FILE .*chmod 600/,
  )
})
