// design/promises 17.2: `doctor` in Indonesian says all that it says in English. The phrases of failures have tests of their own.
import '../../../src/commands/indonesian.ts'
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { auditStepWords } from '../../../src/doctor/words/audit-step-words.ts'
import { callersStepWords } from '../../../src/doctor/words/callers-step-words.ts'
import { certificateStepWords } from '../../../src/doctor/words/certificate-step-words.ts'
import { clockStepWords } from '../../../src/doctor/words/clock-step-words.ts'
import { configurationStepWords } from '../../../src/doctor/words/configuration-step-words.ts'
import { dnsStepWords } from '../../../src/doctor/words/dns-step-words.ts'
import { doctorWords } from '../../../src/doctor/words/doctor-words.ts'
import { listenerStepWords } from '../../../src/doctor/words/listener-step-words.ts'
import { loginStepWords } from '../../../src/doctor/words/login-step-words.ts'
import { noticesStepWords } from '../../../src/doctor/words/notices-step-words.ts'
import { proxyStepWords } from '../../../src/doctor/words/proxy-step-words.ts'
import { repeatsStepWords } from '../../../src/doctor/words/repeats-step-words.ts'
import { secretCommandStepWords } from '../../../src/doctor/words/secret-command-step-words.ts'
import { secretFileStepWords } from '../../../src/doctor/words/secret-file-step-words.ts'
import { storeStepWords } from '../../../src/doctor/words/store-step-words.ts'
import { tcpStepWords } from '../../../src/doctor/words/tcp-step-words.ts'
import { tlsStepWords } from '../../../src/doctor/words/tls-step-words.ts'
import { tokenStepWords } from '../../../src/doctor/words/token-step-words.ts'
import { validateStepWords } from '../../../src/doctor/words/validate-step-words.ts'
import { assertInBoth, englishIn, type Sayings, sayings } from '../../support/both-languages.ts'
import { root } from '../../support/sidecar.ts'

const itself = sayings('doctor', doctorWords, (say) => [
  ...Object.values(say.doing),
  say.allIsWell,
  say.beginWith('⟨step⟩'),
  say.notTried('⟨step⟩'),
  say.checkFailed('⟨error⟩'),
  say.reportIt,
  say.note('⟨sentence⟩'),
  say.mode('0600'),
  say.runningSays('⟨sentence⟩'),
  say.ifItIsYours,
])

const flaws = ['wholeLine', 'nul', 'lines', 'blanks', 'quoted', 'unseen'] as const

const ofSettings: readonly Sayings[] = [
  sayings('configuration', configurationStepWords, (say) => [
    say.client('⟨tenant⟩', '⟨client⟩', '⟨origin⟩'),
    ...[undefined, '⟨file⟩'].flatMap((configPath) => [
      say.instance({ configPath, listen: '⟨data⟩', admin: '⟨admin⟩' }),
      ...[1, 2].map((problems) => say.correct(problems, configPath)),
    ]),
    say.heartbeat('⟨host⟩'),
    say.traces('⟨host⟩'),
    say.whence,
  ]),
  sayings('secret-file', secretFileStepWords, (say) => [
    say.noSecret,
    say.fromProgram('⟨program⟩'),
    say.inEnvironment(undefined),
    say.inEnvironment('⟨file⟩'),
    say.configFile('⟨file⟩'),
    say.file('⟨file⟩'),
    say.fileOf('⟨variable⟩'),
    say.setting('⟨variable⟩', true),
    say.setting('⟨variable⟩', false),
    say.setPath('⟨variable⟩'),
    say.warning('⟨sentence⟩'),
    say.byteOrderMark,
    ...flaws.flatMap((flaw) => [say[flaw].is, say[flaw].remedy]),
  ]),
  sayings('secret-command', secretCommandStepWords, (say) => {
    const run = { command: '⟨command⟩', user: '⟨user⟩', uid: undefined, took: '⟨took⟩' }
    const nameless = { ...run, user: undefined, uid: 1000 }
    return [
      say.notSet,
      say.notRun,
      say.failed(run, '⟨happened⟩'),
      say.failed(nameless, '⟨happened⟩'),
      say.printed(run, undefined),
      say.printed(nameless, '⟨instant⟩'),
      say.notYet('⟨program⟩'),
      say.ranThere({ program: '⟨program⟩', at: '⟨instant⟩', took: '⟨took⟩' }),
      say.ranThere({ program: '⟨program⟩', at: '⟨instant⟩', took: undefined }),
    ]
  }),
  sayings('callers', callersStepWords, (say) => [
    say.limit('⟨profile⟩'),
    say.noFile('⟨limit⟩'),
    say.correct('⟨file⟩'),
    say.file('⟨file⟩'),
    say.whoIn(1, 'are refused'),
    say.whoIn(2, 'have a section'),
    say.everyoneElse,
    say.problem('⟨sentence⟩'),
    say.usesNone,
    say.usesOther,
    say.unused('⟨names⟩'),
    say.notTaken('⟨names⟩'),
  ]),
]

const ofFolders: readonly Sayings[] = [
  sayings('audit', auditStepWords, (say) => [
    say.full('⟨sentence⟩', '⟨folder⟩', '⟨size⟩'),
    say.makeRoom('⟨folder⟩'),
    say.owner,
    say.noFolder('⟨folder⟩'),
    say.readOnly('⟨folder⟩'),
    say.noRight('⟨folder⟩', '⟨code⟩'),
    say.folder('⟨folder⟩'),
    say.madeAtStart,
    say.noKey,
    say.key,
    say.noKeyYet,
    say.writable,
    say.written(undefined),
    say.written(12),
    say.free('⟨size⟩'),
    say.few,
    say.replaced('⟨sentence⟩'),
    say.writesNone,
    say.writesElsewhere,
  ]),
  sayings('repeats', repeatsStepWords, (say) => [
    say.found({ guarded: 'all', unknown: 0, by: 'trail' }),
    say.found({ guarded: 'some', unknown: 1, by: 'running sidecar' }),
    say.oldest('⟨instant⟩'),
    say.sharesAnEntry,
  ]),
  sayings('certificate', certificateStepWords, (say) => {
    const pair = { cert: '⟨cert⟩', names: '', issuer: '', until: '⟨until⟩', left: '⟨left⟩', key: '⟨key⟩' }
    return [
      say.halfSet,
      say.setBoth,
      say.none,
      say.goesOn,
      say.pair({ ...pair, clientCa: undefined }),
      say.pair({ ...pair, names: '⟨names⟩', issuer: '⟨issuer⟩', clientCa: '⟨ca⟩' }),
      say.usesOther,
    ]
  }),
  sayings('login', loginStepWords, (say) => [
    say.usedByRunning({ name: '⟨name⟩', since: '⟨day⟩' }),
    say.inFile('⟨file⟩', { name: undefined, since: undefined }),
  ]),
  sayings('store', storeStepWords, (say) => [
    say.none,
    say.failed('⟨store⟩', '⟨happened⟩'),
    say.without('⟨next⟩'),
    say.works('⟨store⟩', 12),
    say.slow(250),
  ]),
  sayings('notices', noticesStepWords, (say) => [say.tells('⟨receivers⟩')]),
]

const chain = { issuer: '⟨issuer⟩', validTo: '⟨day⟩', publicRoot: false, interceptor: undefined }

const ofNetwork: readonly Sayings[] = [
  sayings('dns', dnsStepWords, (say) => [
    say.address('⟨host⟩'),
    say.found('⟨host⟩', '⟨addresses⟩'),
    say.silent('⟨host⟩'),
    say.unknown('⟨host⟩'),
    say.check('⟨variable⟩', true),
    say.check('⟨variable⟩', false),
  ]),
  sayings('tcp', tcpStepWords, (say) => [
    say.connected('⟨address⟩'),
    say.failed('⟨address⟩', '⟨because⟩'),
    say.dropped('⟨address⟩'),
    say.check('⟨variable⟩', '⟨address⟩'),
  ]),
  sayings('proxy', proxyStepWords, (say) => [
    say.leads('⟨proxy⟩', '⟨goal⟩'),
    say.notSet('⟨host⟩'),
    say.notApplied('⟨variable⟩', '⟨host⟩'),
    say.failed('⟨proxy⟩', '⟨because⟩'),
    say.check('⟨variable⟩', '⟨host⟩'),
    say.refuses('⟨proxy⟩', '⟨goal⟩', 403),
    say.allow('⟨goal⟩'),
    say.wrongUser('⟨proxy⟩', '⟨variable⟩'),
    say.noUser('⟨proxy⟩'),
    say.putUser('⟨variable⟩'),
    say.unsupported('⟨proxy⟩', []),
    say.unsupported('⟨proxy⟩', ['⟨one⟩', '⟨other⟩']),
    say.smallProxy('⟨variable⟩', '⟨goal⟩'),
  ]),
  sayings('tls', tlsStepWords, (say) => [
    say.notUsed('⟨variable⟩'),
    say.trusted({ host: '⟨host⟩', protocol: '⟨protocol⟩', shown: chain }),
    say.trusted({ host: '⟨host⟩', protocol: '⟨protocol⟩', shown: { ...chain, interceptor: '⟨product⟩' } }),
    say.trusted({ host: '⟨host⟩', protocol: '⟨protocol⟩', shown: { ...chain, publicRoot: true } }),
    say.trusted({ host: '⟨host⟩', protocol: '⟨protocol⟩', shown: undefined }),
    say.noTls('⟨address⟩', '⟨because⟩'),
    say.speaksTls('⟨variable⟩'),
    say.untrusted({ address: '⟨address⟩', because: '⟨because⟩', issuer: undefined }),
    say.untrusted({ address: '⟨address⟩', because: '⟨because⟩', issuer: '⟨issuer⟩' }),
    say.outOfDate('⟨address⟩', undefined, '⟨now⟩'),
    say.outOfDate('⟨address⟩', { from: '⟨from⟩', to: '⟨until⟩' }, '⟨now⟩'),
    say.otherHost('⟨variable⟩'),
    say.askForCa(undefined),
    say.askForCa('⟨product⟩'),
    say.noName,
    say.unknownDay,
  ]),
  sayings('clock', clockStepWords, (say) => [
    say.noDate,
    say.noAnswer('⟨host⟩', '⟨because⟩'),
    say.check,
    say.same,
    say.ahead(3),
    say.behind(3),
  ]),
]

const ofToken: readonly Sayings[] = [
  sayings('token', tokenStepWords, (say) => [
    say.notNew,
    say.noSecret,
    say.given(60),
    say.shared(60),
    say.ofRunning(undefined),
    say.ofRunning(12),
    say.refused('⟨happened⟩'),
    say.checkSecret,
    say.again('⟨remedy⟩'),
  ]),
  sayings('validate-access-token', validateStepWords, (say) => [
    ...(['direct', 'through', 'of'] as const).flatMap((by) => [
      say.accepts(by),
      say.rejects(by),
      say.forbids(by),
      say.answered(502, by),
    ]),
    say.noAnswer('⟨because⟩'),
    say.tryAgain,
    say.checkTenant,
    say.checkRights,
    say.trouble,
    say.checkUrl,
    say.runningSilent,
    say.restart,
    say.runningRefused(undefined),
    say.runningRefused('⟨code⟩'),
    say.itsLog,
    say.runningUnsure,
    say.askDeep,
  ]),
  sayings('listener', listenerStepWords, (say) => [
    say.anyPort,
    say.free('⟨address⟩'),
    say.freeButElsewhere('⟨address⟩', '⟨there⟩'),
    say.ours('⟨address⟩'),
    say.ofOtherClient('⟨address⟩', '⟨said⟩'),
    say.ofOtherSidecar('⟨address⟩'),
    say.notComparable('⟨address⟩'),
    say.stop('⟨example⟩'),
    say.notPermitted('⟨address⟩'),
    say.notPossible('⟨address⟩', '⟨code⟩'),
    say.chooseOther('⟨example⟩'),
  ]),
]

const everything = [itself, ...ofSettings, ...ofFolders, ...ofNetwork, ...ofToken]

test('every text of doctor is in both languages, with the same facts, settings, options and numbers', () => {
  assertInBoth(everything, ['tenant ⟨tenant⟩, client ⟨client⟩, ⟨origin⟩', '⟨store⟩: ⟨happened⟩', '⟨host⟩: ⟨protocol⟩'])
})

test('each table of words is tried here', () => {
  const files = readdirSync(join(root, 'src/doctor/words')).filter((name) => !name.endsWith('.id.ts'))
  assert.equal(everything.length, files.length)
})

test('English is found among Indonesian, and not in a command or a setting', () => {
  assert.equal(englishIn('sidecar yang berjalan is not there'), 'is')
  assert.equal(englishIn('jalankan catapa-sidecar audit verify, isi NO_PROXY; "no" dan /the/file'), undefined)
})
