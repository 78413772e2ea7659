import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, lchownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { findCallers, judgeCallers, readCallers } from '../../../src/callers/file/read-callers.ts'
import type { Config } from '../../../src/settings/config.ts'
import { ConfigError } from '../../../src/settings/read-config.ts'
import { callersFile, keyAndLine, naming, problemsOfFile } from '../../support/callers-files.ts'
import { isRoot } from '../../support/login.ts'
import { problemsOf } from '../../support/settings.ts'

/** As a `tls:` address is read. */
const overTls = { kind: 'tcp', host: '0.0.0.0', port: 8443, tls: true } as const

const { line: keyLine, digest } = keyAndLine()
const good = `[a]\n${keyLine}\n`
const posix = { skip: process.platform === 'win32' && 'Windows has no modes' }

test('without SIDECAR_CALLERS_FILE nobody is asked who calls', () => {
  assert.equal(readCallers({ ...naming('/nowhere'), callersFile: undefined }), undefined)
})

test('a good file is read as UTF-8 and as UTF-16, with a byte order mark or, in UTF-8, without', (t) => {
  const bigEndian = Buffer.from(`\uFEFF${good}`, 'utf16le').swap16()
  for (const content of [good, `\uFEFF${good}`, Buffer.from(`\uFEFF${good}`, 'utf16le'), bigEndian]) {
    const path = callersFile(t, content)
    const file = readCallers(naming(path))
    assert.equal(file?.path, path)
    assert.deepEqual(
      file?.sections.map(({ name, line, keys }) => ({ name, line, keys })),
      [{ name: 'a', line: 1, keys: [{ value: digest, line: 2 }] }],
    )
  }
})

test('a file that cannot be read says so with its path', (t) => {
  const latin1 = callersFile(t, Buffer.from('# B\xFCro\n[a]', 'latin1'))
  assert.deepEqual(problemsOfFile(latin1), [`${latin1} is neither UTF-8 nor UTF-16 with a byte order mark`])
  const folder = dirname(latin1)
  assert.deepEqual(problemsOfFile(folder), [`${folder} is a folder, not a file`])
  const missing = join(folder, 'nowhere')
  assert.deepEqual(problemsOfFile(missing), [`${missing} does not exist`])
  const large = callersFile(t, `${good}${'#'.repeat(1024 * 1024)}`)
  assert.deepEqual(problemsOfFile(large), [`${large} is larger than 1 MiB`])
})

test('a pipe is refused and not waited for', posix, (t) => {
  const pipe = join(dirname(callersFile(t, '')), 'pipe')
  execFileSync('mkfifo', [pipe])
  assert.deepEqual(problemsOfFile(pipe), [`${pipe} is neither a file nor a link to one`])
})

test('an empty file, one of comments and one of blanks name nobody', (t) => {
  for (const content of ['', '# later\n', ' \r\n\t', '\uFEFF']) {
    const path = callersFile(t, content)
    assert.deepEqual(problemsOfFile(path), [
      `${path} names nobody, which would refuse every program: begin with [name], or leave the setting out`,
    ])
  }
})

test(
  'a file that its group or everybody can write is refused, also behind a link, and says how to mend it',
  posix,
  (t) => {
    for (const [mode, who] of [
      [0o660, 'its group'],
      [0o622, 'every user of this machine'],
      [0o602, 'every user of this machine'],
    ] as const) {
      const path = callersFile(t, good, mode)
      const said = (named: string) => [
        `${named} can be written by ${who}, who could let themselves in: chmod go-w ${named}`,
      ]
      assert.deepEqual(problemsOfFile(path), said(path))
      const link = `${path}.link`
      symlinkSync(path, link)
      assert.deepEqual(problemsOfFile(link), said(link))
      execFileSync('chmod', ['go-w', link])
      assert.equal(statSync(path).mode & 0o022, 0)
      assert.equal(readCallers(naming(link))?.sections.length, 1)
    }
    for (const mode of [0o600, 0o640, 0o644, 0o400]) assert.ok(readCallers(naming(callersFile(t, good, mode))))
  },
)

test(
  'a folder on the way that others can write is refused, be it the file’s, one above, or one that a link leads to',
  posix,
  (t) => {
    const path = callersFile(t, good)
    const folder = dirname(path)
    const inner = join(folder, 'inner')
    mkdirSync(inner, { mode: 0o755 })
    writeFileSync(join(inner, 'callers'), good, { mode: 0o600 })
    const link = join(folder, 'link')
    symlinkSync('inner/callers', link)
    const said = (open: string, file: string, who: string) => [
      `the folder ${open}, on the way to ${file}, can be written by ${who}, who could put another file there: chmod go-w ${open}`,
    ]
    for (const [mode, who] of [
      [0o777, 'every user of this machine'],
      [0o775, 'its group'],
    ] as const) {
      chmodSync(folder, mode)
      assert.deepEqual(problemsOfFile(path), said(folder, path, who))
      assert.deepEqual(problemsOfFile(join(inner, 'callers')), said(folder, join(inner, 'callers'), who))
      chmodSync(folder, 0o755)
      chmodSync(inner, mode)
      assert.ok(readCallers(naming(path)))
      assert.deepEqual(problemsOfFile(link), said(inner, link, who))
      chmodSync(inner, 0o755)
      assert.ok(readCallers(naming(link)))
    }
  },
)

test('a folder with the sticky bit is no danger, as /tmp is none', posix, (t) => {
  const path = callersFile(t, good)
  chmodSync(dirname(path), 0o1777)
  assert.ok(readCallers(naming(path)))
})

test('the ..data of Kubernetes passes, with fsGroup too', posix, (t) => {
  const folder = dirname(callersFile(t, ''))
  const data = join(folder, '..2026_12_01_01_02_03.4')
  mkdirSync(data)
  writeFileSync(join(data, 'callers'), good)
  symlinkSync('..2026_12_01_01_02_03.4', join(folder, '..data'))
  symlinkSync('..data/callers', join(folder, 'callers'))
  const given = isRoot ? [[0o3777, 0o2775, 0o440] as const] : [] // Only root's folder is given.
  for (const [mount, inner, file] of [[0o1777, 0o755, 0o644] as const, [0o755, 0o755, 0o400] as const, ...given]) {
    chmodSync(folder, mount)
    chmodSync(data, inner)
    chmodSync(join(data, 'callers'), file)
    assert.ok(readCallers(naming(join(folder, 'callers'))))
  }
})

test('what belongs to another user than root and ours is refused: the file, a folder on the way, a link', {
  skip: isRoot ? false : 'only root can give files away',
}, (t) => {
  const another = 61_006
  const path = callersFile(t, good)
  const folder = dirname(path)
  chownSync(path, another, 0)
  assert.deepEqual(problemsOfFile(path), [
    `${path} belongs to another user (uid ${another}), who could let themselves in: chown root ${path}`,
  ])
  chownSync(path, 0, 0)
  chownSync(folder, another, 0)
  assert.deepEqual(problemsOfFile(path), [
    `the folder ${folder}, on the way to ${path}, belongs to another user (uid ${another}), who could lead to another file: chown root ${folder}`,
  ])
  chownSync(folder, 0, 0)
  const link = join(folder, 'link')
  symlinkSync(path, link)
  lchownSync(link, another, 0)
  assert.deepEqual(problemsOfFile(link), [
    `the link ${link}, on the way to ${link}, belongs to another user (uid ${another}), who could lead to another file: chown -h root ${link}`,
  ])
})

test('a path with blanks is quoted in the command that mends it', posix, (t) => {
  const path = join(dirname(callersFile(t, '')), 'my callers')
  writeFileSync(path, good)
  chmodSync(path, 0o666)
  assert.match(problemsOfFile(path)[0] ?? '', /chmod go-w '.*my callers'$/)
})

test('Windows has no modes, and on anything but Linux a user line is a problem', (t) => {
  const found = findCallers(callersFile(t, `[a]\n${keyLine}\nuser = 33`, 0o666))
  const settings = naming(found.path)
  const lineThree = 'line 3: user in [a] (33) can be told on Linux only: give the program a key or a listener'
  const of = (platform: NodeJS.Platform) => problemsOf(() => judgeCallers(found, settings, platform))
  assert.deepEqual(of('win32'), [{ name: 'SIDECAR_CALLERS_FILE', line: 3, problem: lineThree }])
  const [mode, ...others] = of('darwin')
  assert.match(mode?.problem ?? '', /chmod go-w/)
  assert.deepEqual(others, of('win32'))
})

test('a key, a user or a listener in two lines is a problem of the second, which names the first', (t) => {
  const { line: other } = keyAndLine()
  const sections = `[a]
${keyLine}
user = 33
listen = localhost:8300
[b]
${keyLine}
${other}
user = 033
listen = unix:/run/b.sock 127.0.0.1:8300
[c]
${other}
listen = unix:/run/b.sock,mode=0666`
  assert.deepEqual(problemsOfFile(callersFile(t, sections), { listen: [] }), [
    'line 6: key in [b] is the same as in line 2',
    'line 8: user in [b] is the same as in line 3',
    'line 9: listen in [b] is the same as in line 4',
    'line 11: key in [c] is the same as in line 7',
    'line 12: listen in [c] is the same as in line 9',
  ])
})

const pin = '5e3f'.repeat(16)

test('a certificate in two lines is a problem of the second, letters of a name in either case; URIs differ by case', (t) => {
  const path = callersFile(
    t,
    `[a]
certificate = dns:payroll.example.com
certificate = uri:spiffe://example.com/payroll
[b]
certificate = dns:PAYROLL.example.com
certificate = uri:spiffe://example.com/Payroll
certificate = sha256:${pin}
[c]
certificate = sha256:${pin.toUpperCase()}`,
  )
  assert.deepEqual(problemsOfFile(path, { listen: [overTls], tlsClientCaFile: '/etc/ca.pem' }), [
    'line 5: certificate in [b] is the same as in line 2',
    'line 9: certificate in [c] is the same as in line 7',
  ])
})

test('a certificate line needs a listener with TLS, and one with a name a CA that vouches for it', (t) => {
  const path = callersFile(
    t,
    `[a]\ncertificate = dns:a.example\n[b]\ncertificate = uri:x:y\ncertificate = sha256:${pin}`,
  )
  const listener = (line: number, name: string) =>
    `line ${line}: certificate in [${name}] needs a listener with TLS, as tls:0.0.0.0:8443 in SIDECAR_LISTEN or in a listen line: nobody shows one else`
  const ca = (line: number, name: string) =>
    `line ${line}: certificate in [${name}] needs SIDECAR_TLS_CLIENT_CA_FILE, the CA that vouches for names; without one write certificate = sha256:…, which catapa-sidecar certificate FILE.pem prints`
  assert.deepEqual(problemsOfFile(path), [
    ...[listener(2, 'a'), ca(2, 'a')],
    ...[listener(4, 'b'), ca(4, 'b'), listener(5, 'b')],
  ])
  assert.deepEqual(problemsOfFile(path, { listen: [overTls] }), [ca(2, 'a'), ca(4, 'b')])
  assert.ok(readCallers(naming(path, { listen: [overTls], tlsClientCaFile: '/etc/ca.pem' })))
})

test('a listener of a caller is neither SIDECAR_LISTEN, SIDECAR_ADMIN_LISTEN nor CATAPA itself, and out of reach for others', (t) => {
  const settings = {
    listen: [{ kind: 'localhost', port: 8228 }],
    adminListen: [{ kind: 'unix', path: '/run/admin.sock', mode: 0o600 }],
    tokenUrl: new URL('http://127.0.0.1:9001/oauth/token'),
    baseUrl: new URL('http://127.0.0.1:9002'),
  } as const
  const text = `[a]
listen = localhost:8228
listen = unix:/run/admin.sock
listen = 127.0.0.1:9001
listen = [::]:9002
listen = 0.0.0.0:8300 intranet.example:8301
listen = localhost:0 localhost:0 127.0.0.2:8228 unix:/run/a.sock`
  const path = callersFile(t, text)
  const distant =
    'should be loopback or a socket file, since every program that can connect is taken for this caller, unless SIDECAR_TRUST_NETWORK is true'
  const leads = 'should not be where CATAPA_BASE_URL or CATAPA_TOKEN_URL leads: the sidecar would call itself'
  const always = [
    'line 2: listen in [a] should be another address than SIDECAR_LISTEN',
    'line 3: listen in [a] should be another address than SIDECAR_ADMIN_LISTEN',
    `line 4: listen in [a] ${leads}`,
  ]
  assert.deepEqual(problemsOfFile(path, settings), [
    ...always,
    `line 5: listen in [a] ${distant}`,
    `line 5: listen in [a] ${leads}`,
    `line 6: listen in [a] ${distant}`,
  ])
  assert.deepEqual(problemsOfFile(path, { ...settings, trustNetwork: true }), [
    ...always,
    `line 5: listen in [a] ${leads}`,
  ])
})

test(
  'every problem is told at once, in the order of the lines, as problems of SIDECAR_CALLERS_FILE, and no key with them',
  posix,
  (t) => {
    const { key } = keyAndLine()
    const text = `[a]\nprofile = readonly\n; x\n[b]\nkey = ${key}\nlisten = localhost:8228\n[b]\nuser = no-such-user-4711\nweight = 3\n[*]`
    const path = callersFile(t, text, 0o620)
    try {
      readCallers(naming(path, { listen: [{ kind: 'localhost', port: 8228 }] }))
      assert.fail('it was accepted')
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      assert.ok(error.problems.every(({ name }) => name === 'SIDECAR_CALLERS_FILE'))
      assert.deepEqual(
        error.problems.map(({ problem }) =>
          problem.replace(path, 'PATH').replace(/^(line \d+: \w+( \S+){0,3}).*$/, '$1'),
        ),
        [
          `PATH can be written by its group, who could let themselves in: chmod go-w ${path}`,
          'line 1: begins a section without',
          'line 2: profile in [a] should',
          'line 3: begins with ";", which',
          'line 5: has a key itself,',
          'line 6: listen in [b] should',
          'line 7: begins the section [b]',
          'line 8: user in [b] names',
          'line 9: weight in [b] is',
        ],
      )
      assert.ok(!error.message.includes(key.slice(4, 20)))
    }
  },
)

test('[*] beside an open tls: address needs trust in the network; a tls: listener of one caller needs a certificate', (t) => {
  const open: Partial<Config> = { listen: [{ kind: 'tcp', host: '0.0.0.0', port: 1, tls: true }] }
  const everyone = callersFile(t, `[export]\n${keyAndLine().line}\n[*]\n`)
  const [problem, ...more] = problemsOfFile(everyone, open)
  assert.deepEqual(more, [])
  assert.match(problem ?? '', /^line 3: begins the section \[\*\], which would let in every program/)
  const path = callersFile(t, `[export]\n${keyAndLine().line}\n`)
  assert.equal(readCallers(naming(path, open))?.sections.length, 1)
  assert.equal(readCallers(naming(everyone, { ...open, trustNetwork: true }))?.sections.length, 2)
  assert.equal(
    readCallers(naming(everyone, { listen: [{ kind: 'localhost', port: 1, tls: true }] }))?.sections.length,
    2,
  )
  const own = callersFile(t, '[export]\nlisten = tls:localhost:8443\n')
  assert.match(
    problemsOfFile(own).join(),
    /has a tls: address, which needs SIDECAR_TLS_CERT_FILE and SIDECAR_TLS_KEY_FILE/,
  )
  assert.equal(readCallers(naming(own, { tlsCertFile: '/c.pem', tlsKeyFile: '/k.pem' }))?.sections.length, 1)
  assert.match(
    problemsOfFile(callersFile(t, '[export]\nlisten = tls:unix:/a.sock\n')).join(),
    /of a socket file has no TLS/,
  )
})
