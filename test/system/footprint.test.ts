// What the program loads, from its own files: a figure of memory would depend on the machine.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { envSchema } from 'env-schema'
import { build } from 'esbuild'
import { sandboxSettings, settingsWithSchema } from '../../src/settings/settings.ts'
import { root, runCli, startUpstream } from '../support/sidecar.ts'

const parts = join(root, 'dist/parts')

/** The parts that one of them loads before it does anything, itself included, by name. */
function loadedBy(part: string): ReadonlyMap<string, string> {
  const loaded = new Map<string, string>()
  const waiting = [part]
  for (const name of waiting) {
    if (loaded.has(name)) continue
    const text = readFileSync(join(parts, name), 'utf8')
    loaded.set(name, text)
    // Behind an arrow it is loaded later.
    for (const [, next = ''] of text.matchAll(/^(?!.*=>).*\brequire\("\.\/(.+?)"\);$/gm)) waiting.push(next)
  }
  return loaded
}

/** The files that these parts were made of, by the comment above each. */
function madeOf(texts: Iterable<string>): string[] {
  return [...texts].flatMap((text) =>
    [...text.matchAll(/^ *\/\/!? ((?:node_modules|src|scripts)\/\S+)$/gm)].map(([, file = '']) => file),
  )
}

test('healthcheck is in cli.js, with no package, no other file, no other setting and few modules of Node', () => {
  const cli = readFileSync(join(root, 'dist/cli.js'), 'utf8')
  const files = madeOf([cli])
  assert.ok(files.includes('src/commands/healthcheck.ts') && files.includes('src/settings/listen-settings.ts'))
  const others =
    /^(?!src\/)|^src\/(commands\/(?!healthcheck|running-sidecar|complain)|settings\/(?!listen-settings|setting\.).*settings?\.ts)/
  assert.deepEqual(
    files.filter((file) => others.test(file)),
    [],
  )
  const required = [...cli.matchAll(/^.*\brequire\("(.+?)"\)/gm)].map(([line, name]) => ({ line, name }))
  const own = required.filter(({ name }) => name?.startsWith('.'))
  assert.deepEqual(
    own.map(({ name }) => name),
    ['./parts/run-command.js', './parts/report-failure.js'],
  )
  assert.ok(
    own.every(({ line }) => line.includes('=>')),
    'they are loaded when they are wanted',
  )
  assert.deepEqual(
    [...new Set(required.map(({ name }) => name))].filter((name) => !name?.startsWith('.')).toSorted(),
    ['fs', 'net', 'path', 'url'].map((name) => `node:${name}`),
  )
})

test('start loads nothing of what an idle sidecar does not need', () => {
  for (const command of [/^start-[A-Z0-9]{8}\.js$/, /^exec-[A-Z0-9]{8}\.js$/]) {
    const loaded = loadedBy(readdirSync(parts).find((name) => command.test(name)) ?? '')
    const files = madeOf(loaded.values())
    assert.ok(files.includes('src/sidecar/sidecar.ts') && files.includes('node_modules/fastify/fastify.js'))
    const idle =
      /^node_modules\/(ajv|nodemailer|ws|light-my-request|thread-stream|@opentelemetry\/api|@fastify\/ajv-compiler|@fastify\/fast-json-stringify-compiler|prom-client\/lib\/(cluster|pushgateway|summary)|undici\/(index|lib\/(mock|interceptor|cache)))\b|^src\/(sandbox|traces|audit\/reading|forwarding\/repeats|commands\/login)\/|^src\/secret-command\/(?!secret-if-set)|^src\/notices\/(?!heartbeat-if-set)|^src\/network\/outlet/
    assert.deepEqual(
      // Ajv's runtime is what the compiled validators use.
      files.filter((file) => idle.test(file) && !file.startsWith('node_modules/ajv/dist/runtime/')),
      [],
    )
    const text = [...loaded.values()].join('\n')
    assert.ok(!/require\("(node:)?(http2|cluster)"\)/.test(text))
    assert.ok(text.length < 2_480_000, `${text.length} characters`)
  }
})

test('nodemailer is in one part of its own, with the one file of ours that uses it', () => {
  const [part, ...others] = readdirSync(parts).filter((name) =>
    madeOf([readFileSync(join(parts, name), 'utf8')]).some((file) => file.startsWith('node_modules/nodemailer/')),
  )
  assert.deepEqual(others, [])
  const ours = madeOf([readFileSync(join(parts, part ?? ''), 'utf8')]).filter((file) => file.startsWith('src/'))
  assert.deepEqual([...new Set(ours)], ['src/notices/kinds/mail.ts'])
})

test('each part is CommonJS: an ES module that imports node:http loads a second undici on Node 22 and later', () => {
  const names = readdirSync(parts)
  assert.ok(names.length > 20)
  for (const name of names) {
    assert.match(name, /\.js$/)
    new Script(readFileSync(join(parts, name), 'utf8')) // Which has no imports and exports.
  }
})

test('of undici and prom-client dist has all that the program asks for', async () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const require = createRequire(import.meta.url)
  for (const name of ['undici', 'prom-client']) {
    const asked = sources.flatMap((path) => {
      const text = readFileSync(join(root, 'src', path), 'utf8')
      const imports = [...text.matchAll(new RegExp(`^import \\{([^}]*)\\} from '${name}'`, 'gm'))]
      return imports.flatMap(([, names = '']) => names.split(',').map((one) => one.trim()))
    })
    const values = new Set(asked.filter((one) => one !== '' && !one.startsWith('type ')))
    assert.ok(values.size > 0)
    const given = Object.keys(require(join(root, `scripts/parts-of/${name}.cjs`)))
    assert.deepEqual(
      [...values].filter((one) => !given.includes(one)),
      [],
    )
  }
})

test('the validators that the build compiles judge each setting as env-schema does with Ajv', async () => {
  const { settingsValidators } = await import(pathToFileURL(join(root, 'scripts/settings-validators.mjs')).href)
  const { outputFiles } = await build({
    stdin: { contents: "export { default } from 'env-schema'", resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    plugins: [settingsValidators],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('file:///');" },
  })
  const [built] = outputFiles
  assert.ok(built !== undefined && built.contents.length < 200_000, 'without Ajv')
  const source = Buffer.from(built.contents).toString('base64')
  const { default: precompiled } = await import(`data:text/javascript;base64,${source}`)
  const texts = [
    'x',
    '0',
    '1',
    '0.5',
    '7',
    '-1',
    '65536',
    '99999999',
    'true',
    'false',
    'info',
    'http://a',
    'a b',
    'ä\n',
  ]
  for (const { name, schema } of [...settingsWithSchema, ...sandboxSettings]) {
    for (const data of [{}, ...texts.map((text) => ({ [name]: text }))]) {
      const outcome = (check: typeof envSchema): unknown => {
        try {
          return check({ schema: { $id: name, type: 'object', properties: { [name]: schema } }, data, env: false })
        } catch (error) {
          assert.ok(error instanceof Error)
          const errors: unknown = Reflect.get(error, 'errors')
          assert.ok(Array.isArray(errors), String(error))
          return errors.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)
        }
      }
      assert.deepEqual(outcome(precompiled), outcome(envSchema), `${name} ${JSON.stringify(data)}`)
    }
  }
})

test('an idle sidecar sleeps: it wakes up a few times in three seconds, not a hundred times a second', {
  skip: process.platform !== 'linux' && 'the system does not tell',
}, async (t) => {
  const { url } = await startUpstream(t, (_request, response) => response.end('{}'))
  const { child, until } = runCli(t, ['start'], {
    CATAPA_TENANT: 'demo',
    CATAPA_CLIENT_ID: 'demo-client',
    CATAPA_CLIENT_SECRET: 'demo-secret-4711-never-printed',
    CATAPA_BASE_URL: url,
    SIDECAR_LISTEN: '127.0.0.1:0',
    SIDECAR_ADMIN_LISTEN: '127.0.0.1:0',
  })
  await until(/token obtained/)
  await sleep(1500)
  const wokenUp = () =>
    Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1])
  const before = wokenUp()
  await sleep(3000)
  const times = wokenUp() - before
  assert.ok(before > 0 && times < 30, `${times} times`)
})
