// An admin listener that hears of calls with names, and a callers file as a value.
import { pino } from 'pino'
import { Pool } from 'undici'
import { admin } from '../../src/admin/admin.ts'
import type { AtLine, CallersFile, CallersInUse, Section } from '../../src/callers/caller.ts'
import { type Restrictions, type RuleLine, unlimited, unrestricted } from '../../src/callers/restrictions.ts'
import type { SharesShown } from '../../src/forwarding/turns/shown-shares.ts'
import type { FinishedRequest } from '../../src/log/finished-request.ts'
import { inWords } from '../../src/problems/explain.ts'
import type { FactsOf } from '../../src/problems/failure.ts'
import { type ProblemError, problem } from '../../src/problems/problem.ts'
import type { Config } from '../../src/settings/config.ts'
import { systemClock } from '../../src/time.ts'
import { cached } from '../../src/tokens/cache/token-cache.ts'
import type { TokenSource } from '../../src/tokens/token-source.ts'
import { idleShares, paused } from './idle-shares.ts'
import { type Ending, printed, rememberShown, testConfig } from './sidecar.ts'

/** A digest as the callers file has it, which begins with these digits. */
export function digest(digits: string): string {
  return digits.padEnd(64, '0')
}

/** A section of a callers file, at line 1, with keys by the first digits of their digests. */
export function section(
  name: string,
  { keys = [], ...given }: Partial<Omit<Section, 'keys' | 'restrictions'>> & { keys?: string[] } = {},
  restrictions: Partial<Restrictions> = {},
): Section {
  const atLine = (value: string): AtLine<string> => ({ value: digest(value), line: 2 })
  return {
    name,
    line: 1,
    listen: [],
    certificates: [],
    users: [],
    limits: unlimited,
    repeats: undefined,
    ...given,
    keys: keys.map(atLine),
    restrictions: { ...unrestricted, ...restrictions },
  }
}

export const anyLine: RuleLine = { line: 14, methods: undefined, segments: ['core', 'v1', '**'] }

export function callersFile(...sections: Section[]): CallersFile {
  return { path: '/etc/catapa-sidecar/callers.ini', sections }
}

/** Three programs and everyone else. */
export const office = callersFile(
  section('payroll-export', { keys: ['5e3f01ab', '77aa22cc'] }, { profiles: ['read-only'] }),
  section(
    'time-clock',
    { listen: [{ value: { kind: 'unix', path: '/run/catapa/time-clock.sock', mode: 0o660 }, line: 6 }] },
    { profiles: ['time-import'], allow: [anyLine] },
  ),
  section(
    'intranet',
    { users: [{ value: 33, line: 10 }] },
    { profiles: ['no-delete', 'no-approvals'], deny: [anyLine], report: true },
  ),
  section('*', {}, { profiles: ['directory'] }),
)

/** A call that went well, by nobody who has a name. */
export const anyCall: FinishedRequest = {
  requestId: 'job-4711',
  method: 'GET',
  path: '/core/v1/employees',
  query: undefined,
  status: 200,
  origin: 'catapa',
  problem: undefined,
  detail: undefined,
  failure: undefined,
  callerGone: undefined,
  resent: undefined,
  durationMs: 12,
  upstreamMs: 10,
  requestBytes: 3,
  responseBytes: 5,
  caller: '127.0.0.1',
  address: undefined,
  how: undefined,
  key: undefined,
  wouldHaveBeenRefused: undefined,
  program: undefined,
  listener: '127.0.0.1:8228',
}

/** A call that went well, of a caller with this name. */
export function callOf(caller: string, more: Partial<FinishedRequest> = {}): FinishedRequest {
  return { ...anyCall, caller, address: '127.0.0.1', ...more }
}

/** A call that was refused since its caller may not do this. */
export function refusedCall(caller: string, rule: FactsOf['not_allowed']['rule']): FinishedRequest {
  const wanted = 'DELETE /core/v1/employees/*'
  const effect = 'delete'
  const path = '/core/v1/employees/{id}'
  return callOf(caller, { method: 'DELETE', path, ...ended(problem('not_allowed', { caller, rule, wanted, effect })) })
}

/** A call of nobody that the file knows. */
export function unknownCall(
  shown: FactsOf['caller_unknown']['shown'] = 'wrong_key',
  more: Omit<FactsOf['caller_unknown'], 'shown'> = { key: '0a1b2c3d' },
): FinishedRequest {
  return callOf('other', ended(problem('caller_unknown', { shown, ...more })))
}

function ended({ code, failure }: ProblemError): Partial<FinishedRequest> {
  const detail = inWords(failure, 'operator')
  return { status: 403, origin: 'sidecar', problem: code, detail, failure, upstreamMs: undefined }
}

export type CallersScene = {
  adminUrl: string
  /** What is in use now: a test may change it. */
  current: { inUse: CallersInUse; shares: SharesShown }
  finished(request: FinishedRequest): void
  stop(): Promise<void>
}

/** An admin listener with a valid token and this callers file, in use since noon. */
export async function callersScene(
  t: Ending,
  file: CallersFile = office,
  overrides: Partial<Config> = {},
): Promise<CallersScene> {
  const config = testConfig('http://127.0.0.1:1', { adminListen: [{ kind: 'localhost', port: 0 }], ...overrides })
  const logger = pino({ level: 'trace', base: null }, { write: printed })
  const { finished, start, tokenEvent } = admin(config, logger)
  const source: TokenSource = async () => {
    const sentAt = systemClock.now()
    const { tenant } = config.credentials
    const lifetime = { lifetimeMs: 3_600_000, lifetimeAssumed: false }
    return { value: 'token-4711-never-shown', tenant, sentAt, receivedAtMono: sentAt.mono, ...lifetime }
  }
  const tokens = cached(source, { ...config, clock: systemClock, random: Math.random, report: tokenEvent })
  const startedAt = Date.now()
  const dispatcher = new Pool('http://127.0.0.1:1')
  const inUse = { file, since: Date.parse('2026-11-27T12:00:00Z'), problems: [] }
  const current: CallersScene['current'] = { inUse, shares: idleShares }
  const started = await start({
    version: '0.1.0',
    startedAt,
    addresses: ['http://127.0.0.1:8228'],
    tokens,
    credentials: () => config.credentials,
    inUseSince: () => startedAt,
    mistakes: () => undefined,
    login: undefined,
    callers: () => current.inUse,
    stopping: () => false,
    shares: () => current.shares,
    inFlight: () => 0,
    waiting: () => 0,
    connections: () => [],
    dispatcher,
    quit() {},
  })
  tokens.start()
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= (async () => {
      tokens.stop()
      await started.stop()
      await dispatcher.destroy()
    })()
    return stopped
  }
  t.after(async () => {
    await rememberShown(started.addresses[0])
    await stop()
  })
  return { adminUrl: started.addresses[0] ?? '', current, finished, stop }
}

/** The office at work in a pause that CATAPA has asked for, and a change of its file that is not in use. */
export async function workWithProblems(t: Ending): Promise<CallersScene> {
  const scene = await callersScene(t)
  work(scene)
  const problems = [
    'line 3: "profil" is not known here; did you mean "profile"?',
    'line 9: this key is also that of [payroll-export] in line 2',
  ]
  scene.current.inUse = { ...scene.current.inUse, problems }
  scene.current.shares = paused
  return scene
}

/** A pause that CATAPA has asked for and that does not end while a test looks at it, after some calls of two programs. */
export async function longPause(t: Ending): Promise<CallersScene> {
  const scene = await callersScene(t)
  for (let i = 0; i < 3; i++) scene.finished(callOf('payroll-export', { program: 'payroll-export/2.1' }))
  scene.finished(callOf('intranet', { status: 429 }))
  const at = (ms: number) => new Date(Date.now() + ms).toISOString()
  scene.current.shares = { ...idleShares, hold: { since: at(-10_000), until: at(3_600_000), status: 429, waiting: 0 } }
  return scene
}

/** The office at work: what may be, what may not, what is only reported, and somebody whom nobody knows. */
export function work(scene: CallersScene): void {
  const read = { program: 'payroll-export/2.1', how: 'key', key: '5e3f01ab' } as const
  for (let i = 0; i < 12; i++) scene.finished(callOf('payroll-export', read))
  scene.finished({ ...refusedCall('payroll-export', { kind: 'profile', profile: 'read-only' }), ...read })
  scene.finished(callOf('time-clock', { path: '/time/v1/attendances', method: 'POST', how: 'listener' }))
  const wouldHaveBeenRefused = 'deny line 14'
  scene.finished(callOf('intranet', { how: 'user', program: 'PHP/8.4', method: 'DELETE', wouldHaveBeenRefused }))
  scene.finished(callOf('other', { program: 'curl/8.14.1' }))
  scene.finished({ ...unknownCall(), program: 'Java/17.0.21' })
}
