import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCallers } from '../../../src/callers/file/parse-callers.ts'
import { unlimited } from '../../../src/callers/restrictions.ts'
import { keyAndLine } from '../../support/callers-files.ts'

const users: Record<string, number> = { 'www-data': 33, cron: 500 }
const userOf = (name: string) => users[name] ?? { flaw: 'is unknown here' }
const parse = (text: string) => parseCallers(text, userOf)

const { line: keyLine, digest } = keyAndLine()
const { key: whole } = keyAndLine()

test('a file of all rules: sections in their order, each value with its line', () => {
  const text = `# who calls
[payroll-export]
${keyLine}
  profile   =   read-only
[time-clock]
listen  = unix:/run/catapa/time-clock.sock,mode=0660 localhost:8300
profile = time-import

allow   = GET,POST /core/v1/employees/*
[intranet]
user    = www-data
user    = cron
profile = no-delete no-approvals
deny    = * /core/v1/bank-account-configurations/**
report  = true
repeats = guard
[*]
profile = directory`
  const { sections, problems } = parse(text)
  assert.deepEqual(problems, [])
  const none = { profiles: [], allow: [], deny: [], report: false }
  const base = { keys: [], listen: [], certificates: [], users: [], limits: unlimited, repeats: undefined }
  assert.deepEqual(sections, [
    {
      ...base,
      name: 'payroll-export',
      line: 2,
      keys: [{ value: digest, line: 3 }],
      restrictions: { ...none, profiles: ['read-only'] },
    },
    {
      ...base,
      name: 'time-clock',
      line: 5,
      listen: [
        { value: { kind: 'unix', path: '/run/catapa/time-clock.sock', mode: 0o660 }, line: 6 },
        { value: { kind: 'localhost', port: 8300 }, line: 6 },
      ],
      restrictions: {
        ...none,
        profiles: ['time-import'],
        allow: [{ line: 9, methods: new Set(['GET', 'POST']), segments: ['core', 'v1', 'employees', '*'] }],
      },
    },
    {
      ...base,
      name: 'intranet',
      line: 10,
      users: [
        { value: 33, line: 11 },
        { value: 500, line: 12 },
      ],
      restrictions: {
        ...none,
        profiles: ['no-delete', 'no-approvals'],
        deny: [{ line: 14, methods: undefined, segments: ['core', 'v1', 'bank-account-configurations', '**'] }],
        report: true,
      },
      repeats: { value: 'guard', line: 16 },
    },
    { ...base, name: '*', line: 17, restrictions: { ...none, profiles: ['directory'] } },
  ])
})

test('CRLF, lines that end in CR alone, blanks around everything and a digest in capitals are no problem', () => {
  const expected = parse(`[a]\n${keyLine}\n\nreport = true`)
  assert.deepEqual(expected.problems, [])
  const capitals = keyLine.replace(digest, digest.toUpperCase())
  for (const text of [
    `[a]\r\n${keyLine}\r\n\r\nreport = true\r\n`,
    `[a]\r${keyLine}\r\rreport = TRUE`,
    `\t[a] \n ${capitals}\t\n # comment\n\u00A0report=true  `,
  ]) {
    assert.deepEqual(parse(text), expected)
  }
})

test('a section without restrictions has none, and [*] may be empty', () => {
  const { sections, problems } = parse(`[a]\n${keyLine}\n[*]`)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    sections.map(({ restrictions }) => restrictions),
    Array.from({ length: 2 }, () => ({ profiles: [], allow: [], deny: [], report: false })),
  )
})

const itself =
  /^has a key itself, and everybody who can read this file would have it: replace it by a new one \(catapa-sidecar key /
const noWay = /^begins a section without key, listen, certificate or user: nobody is known by it$/
const unknownRule = /^(?:\w+ in \[a\] is|has) a rule that this version of catapa-sidecar does not know/

/** Each text, of which the first line is `[a]` and the second its key unless it begins with a section; and all that is said. */
const bad: [name: string, text: string, ...said: [line: number, words: RegExp][]][] = [
  ['a ; comment', '; not here', [3, /^begins with ";", which is no comment here: write #$/]],
  ['a comment behind a value', 'profile = read-only # since May', [3, /^has a comment at its end: give it a line/]],
  ['a ; behind a section', '[b] ; the export\nuser = cron', [3, /^has a comment at its end/]],
  ['a line without =', 'profile read-only', [3, /^should be \[name\] or name = value, or begin with #$/]],
  ['a section that does not end', '[b\nuser = cron', [3, /^should be \[name\] of at most 32 small letters/]],
  ['a name in capitals', '[Intranet]\nuser = cron', [3, /^should be \[name\] of at most 32 small letters/]],
  ['a name of 33 letters', `[${'a'.repeat(33)}]\nuser = cron`, [3, /^should be \[name\]/]],
  ['a name with blanks', '[ b ]\nuser = cron', [3, /^should be \[name\]/]],
  ['a name that begins with -', '[-b]\nuser = cron', [3, /^should be \[name\]/]],
  ['an empty name', '[]\nuser = cron', [3, /^should be \[name\]/]],
  ['a name with _', '[time_clock]\nuser = cron', [3, /digits and "-"/]],
  ['the name other', '[other]\nuser = cron', [3, /^begins the section \[other\], a name that is taken$/]],
  ['the name anonymous', '[anonymous]\nuser = cron', [3, /^begins the section \[anonymous\], a name that is taken$/]],
  ['a section twice', '[a]\nuser = cron', [3, /^begins the section \[a\] a second time, after line 1$/]],
  ['[*] twice', '[*]\n[*]', [4, /^begins the section \[\*\] a second time, after line 3$/]],
  ['a section that nobody is known by', '[b]\nprofile = read-only', [3, noWay]],
  ['an empty section', '[b]', [3, noWay]],
  ['[*] with a key', `[*]\n${keyLine}`, [4, /^has a key for \[\*\], which is everyone whom no other section knows$/]],
  ['[*] with a user', '[*]\nuser = cron', [4, /^has a user for \[\*\]/]],
  ['[*] with a listener', '[*]\nlisten = localhost:1', [4, /^has a listen for \[\*\]/]],
  [
    'a rule of a later version',
    'weight = 4',
    [
      3,
      /does not know: it knows key, listen, certificate, user, profile, allow, deny, report, max-in-flight, rate, repeats$/,
    ],
  ],
  ['a misspelt limit', 'max-inflight = 4', [3, /does not know; did you mean max-in-flight\?$/]],
  [
    'a limit of none',
    'max-in-flight = 0',
    [3, /^max-in-flight in \[a\] should be a whole number from 1 to 999999, not "0"$/],
  ],
  [
    'a part of a request',
    'max-in-flight = 2.5',
    [3, /^max-in-flight in \[a\] should be a whole number .*, not "2\.5"$/],
  ],
  [
    'max-in-flight twice',
    'max-in-flight = 2\nmax-in-flight = 3',
    [4, /^max-in-flight in \[a\] stands in line 3 already$/],
  ],
  [
    'a rate of none',
    'rate = 0.0',
    [
      3,
      /^rate in \[a\] should be requests per second: a number above 0 and below 1000000, such as 20 or 0\.5, not "0\.0"$/,
    ],
  ],
  ['a rate with its unit', 'rate = 5/s', [3, /^rate in \[a\] should be requests per second.*, not "5\/s"$/]],
  ['a rate in words', '[reports]\nuser = cron\nrate = fast', [5, /^rate in \[reports\] should be .*, not "fast"$/]],
  ['a rate below zero', 'rate = -1', [3, /^rate in \[a\] should be requests per second/]],
  ['a rate as programs write it', 'rate = 1e3', [3, /^rate in \[a\] should be requests per second: .* 20 or 0\.5$/]],
  ['rate twice', 'rate = 2\nrate = 0.5', [4, /^rate in \[a\] stands in line 3 already$/]],
  ['repeats that are neither', 'repeats = on', [3, /^repeats in \[a\] should be off, watch, guard, not "on"$/]],
  ['repeats twice', 'repeats = off\nrepeats = watch', [4, /^repeats in \[a\] stands in line 3 already$/]],
  ['a misspelt rule', 'profiel = read-only', [3, /does not know; did you mean profile\?$/]],
  ['a rule in capitals', 'Deny = * /x', [3, /does not know; did you mean deny\?$/]],
  [
    'a misspelt key line, for which the section is not blamed too',
    `[b]\nkye = sha256:${'0'.repeat(64)}`,
    [4, /; did you mean key\?$/],
  ],
  ['names that every object has', 'constructor = 1\n__proto__ = 2', [3, unknownRule], [4, unknownRule]],
  ['no name', '= read-only', [3, unknownRule]],
  ['no value', 'profile =', [3, /^profile in \[a\] has nothing after the "="$/]],
  ['no user', '[b]\nuser =  ', [4, /^user in \[b\] has nothing after the "="$/]],
  ['a short digest', 'key = sha256:5e3f', [3, /^key in \[a\] should be sha256: and 64 hex digits/]],
  [
    'a digest of other letters',
    `key = sha256:${'g'.repeat(64)}`,
    [3, /^key in \[a\] should be sha256: and 64 hex digits/],
  ],
  ['a digest without its kind', `key = ${'0'.repeat(64)}`, [3, /^key in \[a\] should be sha256: and 64 hex digits/]],
  [
    'another kind of digest',
    `key = sha512:${'0'.repeat(64)}`,
    [3, /^key in \[a\] should be sha256: and 64 hex digits/],
  ],
  ['a key itself', `key = ${whole}`, [3, itself]],
  ['a key itself as the only way to be known', `[b]\nkey = ${whole}`, [4, itself]],
  ['a key that was cut off', 'key = csk_abcdef', [3, itself]],
  ['a key itself behind sha256:', `key = sha256:${whole}`, [3, itself]],
  ['a key itself in a comment', `# the key is ${whole}`, [3, itself]],
  ['a key itself as a section', `[${whole}]\nprofile = read-only`, [3, itself]],
  ['a key itself in another rule', `user = ${whole}`, [3, itself]],
  ['a key itself alone', whole, [3, itself]],
  ['an unknown user', 'user = nobody-here', [3, /^user in \[a\] \(nobody-here\) is unknown here$/]],
  ['two users in a line', 'user = www-data cron', [3, /^user in \[a\] is unknown here$/]],
  [
    'no address',
    'listen = 8300',
    [3, /^listen in \[a\] is wrong: an address should name a host, .*: write localhost:port, not "8300"$/],
  ],
  [
    'a second address that is none',
    'listen = localhost:8300 unix:x',
    [3, /^listen in \[a\] is wrong: address 2 of a socket file should have an absolute path$/],
  ],
  [
    'two addresses that are the same',
    'listen = localhost:8300 [::1]:8300',
    [3, /^listen in \[a\] is wrong: has two addresses that are the same$/],
  ],
  [
    'an unknown profile',
    'profile = admin',
    [3, /^profile in \[a\] should be of full, no-bulk-delete, .*, directory, not "admin"$/],
  ],
  ['a misspelt profile', 'profile = readonly', [3, /; did you mean read-only\?$/]],
  ['one good profile, one not', 'profile = no-delete no-approval', [3, /; did you mean no-approvals\?$/]],
  [
    'a profile twice',
    'profile = read-only\nprofile = read-only',
    [4, /^profile in \[a\] names read-only, which this section has already$/],
  ],
  ['report that is neither', 'report = yes', [3, /^report in \[a\] should be true or false, not "yes"$/]],
  [
    'report three times',
    'report = true\nreport = false\nreport = true',
    [4, /^report in \[a\] stands in line 3 already$/],
    [5, /^report in \[a\] stands in line 3 already$/],
  ],
  [
    'a wrong name twice, which is not repeated',
    '[X]\nuser = cron\n[X]\nuser = cron',
    [3, /^should be/],
    [5, /^should be/],
  ],
  ['report twice', 'report = true\nreport = false', [4, /^report in \[a\] stands in line 3 already$/]],
  ['an allow line without pattern', 'allow = GET', [3, /./]],
  ['a deny line without method', 'deny = /core/v1/employees', [3, /./]],
  [
    'a misspelt method',
    'allow = GTE /core/v1/employees',
    [3, /^allow in \[a\] should name a method of HTTP, .*, not "GTE"; did you mean GET\?$/],
  ],
]

for (const [name, text, ...said] of bad) {
  test(`${name} is a problem of its line, and the only one`, () => {
    const { problems } = parse(`[a]\n${keyLine}\n${text}`)
    assert.deepEqual(
      problems.map(({ line }) => line),
      said.map(([line]) => line),
      JSON.stringify(problems),
    )
    for (const [index, [, words]] of said.entries()) assert.match(problems[index]?.problem ?? '', words)
  })
}

/** A wrong value of a `certificate` line, and what is said. */
const badCertificates: [value: string, words: RegExp][] = [
  ['dns:*.example.com', /wildcards are not looked at/],
  ['uri:spiffe://example.com/*', /wildcards are not looked at/],
  ['dns:10.0.0.7', /addresses in a certificate are not looked at/],
  ['dns:[::1]', /addresses in a certificate are not looked at/],
  ['ip:10.0.0.7', /addresses in a certificate are not looked at/],
  ['cn:payroll', /common names \(CN\) are not looked at/],
  ['CN=payroll', /common names \(CN\) are not looked at/],
  ['dns:lohnbüro.example', /in ASCII: what is beyond is written xn--…/],
  ['dns:payroll.example.', /without a dot at the end/],
  ['dns:-payroll', /should have a host name after dns:/],
  ['dns:a..b', /should have a host name after dns:/],
  ['dns:', /should have a host name after dns:/],
  [`dns:${'a'.repeat(64)}.example`, /should have a host name after dns:/],
  [`dns:${'a.'.repeat(126)}ab`, /should have a host name after dns:/],
  ['uri:payroll', /should have a URI after uri:/],
  ['uri:spiffe://a b', /should have a URI after uri:/],
  ['spiffe://example.com/payroll', /should have uri: before its URI/],
  [`sha256:${'5E:3F:'.repeat(16).slice(0, -1)}`, /without colons.*openssl x509 -fingerprint.*whole certificate/],
  [`sha256:${'Ab+/'.repeat(10)}Abc=`, /in hex, not in base64; catapa-sidecar certificate FILE\.pem prints the line$/],
  [`sha256://${'Ab+/'.repeat(10)}Abc=`, /in hex, not in base64/],
  [`sha256:${'5e3f'.repeat(15)}`, /should have 64 hex digits after sha256:/],
  ['payroll.example.com', /should be dns:NAME, uri:URI or sha256: and 64 hex digits$/],
  ['email:budi@example.com', /should be dns:NAME, uri:URI or sha256: and 64 hex digits$/],
]

test('a certificate line that is wrong says what is right, without its value', () => {
  for (const [value, words] of badCertificates) {
    const { problems } = parse(`[a]\ncertificate = ${value}`)
    assert.equal(problems.length, 1, JSON.stringify(problems))
    assert.match(problems[0]?.problem ?? '', /^certificate in \[a\] should /)
    assert.match(problems[0]?.problem ?? '', words)
    if (value.length > 12) assert.ok(!problems[0]?.problem.includes(value.slice(4)), value)
  }
})

test('a certificate line has one spelling: names and pins in lower case, URIs byte for byte', () => {
  const lines = [
    'dns:Payroll.Example.COM',
    'DNS:xn--lohnbro-65a',
    'uri:SPIFFE://Example.com/A%2fb?c#d',
    `sha256:${'5E3F'.repeat(16)}`,
  ]
  const { sections, problems } = parse(`[a]\n${lines.map((line) => `certificate = ${line}`).join('\n')}`)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    sections[0]?.certificates.map(({ value }) => value),
    [
      'dns:payroll.example.com',
      'dns:xn--lohnbro-65a',
      'uri:SPIFFE://Example.com/A%2fb?c#d',
      `sha256:${'5e3f'.repeat(16)}`,
    ],
  )
})

test('lines before the first section are problems', () => {
  const { problems } = parse('profile = read-only\n[*]')
  assert.deepEqual(problems, [{ line: 1, problem: 'stands before the first section: begin with [name]' }])
})

test('what is wrong is repeated where it is a plain word, and never where it may be a secret', () => {
  const wrong = [
    '[Zq9x]',
    'zq9x',
    'zq9x = 1',
    'key = zq9x',
    'certificate = zq9x',
    'listen = zq9x',
    'user = zq9x',
    'profile = zq9x',
    '; zq9x',
  ]
  const lines = [
    ...wrong,
    'report = zq9x',
    'allow = zq9x',
    'allow = zq9x /x',
    'deny = GET zq9x',
    'allow = GET /zq9x/**/x',
  ]
  const { problems } = parse(`[a]\n${keyLine}\n${lines.join('\n')}`)
  assert.ok(problems.length >= lines.length)
  assert.doesNotMatch(JSON.stringify(problems), /zq9x/i)
  // Letters alone, but too long; a digest whose kind is missing; what a key would be without its beginning.
  for (const value of ['correcthorsebattery', '5e3f'.repeat(16), keyAndLine().key.slice(4)]) {
    for (const rule of ['key', 'certificate', 'rate', 'report', 'profile', 'allow', value]) {
      const said = parse(`[a]\n${keyLine}\n${rule} = ${value}`).problems
      assert.equal(said.length, 1)
      assert.ok(!JSON.stringify(said).includes(value.slice(0, 12)))
    }
  }
})

test('limits are numbers of a section, also of [*]; a rate may have decimals', () => {
  const { sections, problems } = parse(`[a]\n${keyLine}\nmax-in-flight = 8\n[*]\nrate = 0.5\nmax-in-flight=999999`)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    sections.map(({ limits }) => limits),
    [
      { maxInFlight: 8, rate: undefined },
      { maxInFlight: 999_999, rate: 0.5 },
    ],
  )
})
