// Hundreds of thousands of histories in seconds: the reducers and the schedule of the token cache need no clock and no promises.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { untilMs } from '../../../src/tokens/cache/held-token.ts'
import { schedule } from '../../../src/tokens/cache/schedule.ts'
import type { AccessToken, TokenSource } from '../../../src/tokens/token-source.ts'
import {
  endpoint,
  habits,
  one,
  type Random,
  randomFrom,
  type Script,
  script,
  usual,
} from '../../support/cache/history-endpoint.ts'
import { asked, cameBack, emptyModel, isCurrent, refused401, startedOver } from '../../support/cache/history-model.ts'
import {
  answered,
  askedInVain,
  handedOut,
  madeToWait,
  neglected,
  stillWaiting,
  toldWrongly,
} from '../../support/cache/history-rules.ts'
import { cacheWorld } from '../../support/cache/history-world.ts'

/** CI has the time for more of them. */
const histories = process.env.CI === undefined ? 50_000 : 250_000
const firstSeed = 20_261_124
/** Of one history. */
const mostRequests = 5_000

const pauses = [0, 1, 250, 1_000, 1_999, 14_999, 60_000, 900_000, 3_590_000, 4_000_000]
const jumps = [-7_200_000, -1_000, 1_000, 3_400_000, 7_200_000]

const sources: TokenSource[] = Array.from({ length: 4 }, () => async () => assert.fail('never called'))
const [inUse = assert.fail()] = sources
const calls = ['call', 'call', 'call', 'call', 'call again', 'reject', 'reject', 'accept'] as const
const rare = ['renew', 'replace', 'replace', 'start over', 'jump', 'stop', 'many 401s'] as const
const time = ['pass', 'pass', 'to a moment', 'to a moment', 'to a moment', 'to a moment'] as const
const doings = [...calls, ...calls, ...rare, ...time, ...time, ...Array<'script'>(6).fill('script')] as const

type Deed = { do: (typeof doings)[number]; n: number; script: Script | undefined }
type History = {
  chance: number
  tokenWaitMs: number
  idleCheckMs: number
  refreshMarginMs: number
  habit: Script
  deeds: Deed[]
}

function history(seed: number): History {
  const random = randomFrom(seed)
  const length = 2 + Math.min(random(16), random(16)) // Mostly short ones.
  return {
    chance: random(3) / 2,
    tokenWaitMs: one(random, [15_000, 15_000, 15_000, 2_000, 0]),
    idleCheckMs: one(random, [21_600_000, 21_600_000, 3_600_000, 0]),
    refreshMarginMs: one(random, [300_000, 300_000, 60_000, 0]),
    habit: one(random, habits),
    deeds: Array.from({ length }, () => deed(random)),
  }
}

function deed(random: Random): Deed {
  const doing = one(random, doings)
  const scripted = doing === 'script' || doing === 'replace'
  return { do: doing, n: random(1_000), script: scripted ? script(random) : undefined }
}

/** @returns the first rule that does not hold */
function run({ chance, habit, deeds, ...timing }: History): string | undefined {
  const settings = { ...timing, random: () => chance }
  const server = endpoint(habit)
  const seen: AccessToken[] = []
  let requests = 0
  let broken: string | undefined
  const world = cacheWorld(inUse, settings, {
    asks(byHand, source, now) {
      broken ??= askedInVain(model, byHand, world.waiters().length > 0, now)
      requests += 1
      assert.ok(requests < mostRequests, 'a storm of token requests')
      asked(model, source, now)
      return server.answer(now)
    },
    cameBack: (outcome, now) => cameBack(model, outcome, now),
    tells(event, now) {
      broken ??= toldWrongly(model, event, world.waiters().length, now)
      model.offered = undefined
    },
    answers(waiter, said, now) {
      broken ??= answered(model, waiter, said, now)
      if (!(said instanceof Error)) seen.unshift(said)
    },
  })
  const model = emptyModel(settings, inUse, world.now())

  function call(refused: AccessToken | undefined): void {
    if (refused !== undefined && reject(refused) && world.state().held !== undefined) return
    model.usedAt = world.now().mono
    const token = world.current()
    if (token !== undefined) {
      broken ??= handedOut(model, token, world.now())
      seen.unshift(token)
      return
    }
    broken ??= madeToWait(model, world.now())
    world.join(refused)
  }

  function reject(token: AccessToken): boolean {
    const before = world.state().held
    const renewing = refused401(model, token, world.now())
    const wasHeld = world.reject(token)
    const { held } = world.state()
    if (renewing && held !== undefined) broken ??= 'a refused token is kept'
    if (!renewing && held?.token !== before?.token)
      broken ??= 'a token was dropped for the 401 of another, or in a pause'
    return wasHeld
  }

  function accept(token: AccessToken): void {
    if (isCurrent(model, token)) model.doubtful = false
    world.accept(token)
  }

  /** To just before, at or just after a moment at which something may change. */
  function toAMoment(n: number): void {
    const { held, waiting, failure, rejections, fleeting } = world.state()
    const now = world.now()
    const endsAt = held === undefined ? 0 : now.mono + untilMs(held.expiresAt, now)
    const moments = [
      endsAt,
      endsAt - (held?.renewBeforeMs ?? 0),
      endsAt - (held?.holdBeforeMs ?? 0),
      endsAt - 1_000,
      world.landsAt(),
      world.looksAt(),
      waiting?.first ?? 0,
      failure?.retryAt.background ?? 0,
      rejections.pausedUntil,
      fleeting?.againUntil ?? 0,
      held?.successorAt?.mono ?? 0,
    ]
    const ms = (moments[n % moments.length] ?? 0) - now.mono + (n % 3) - 1
    if (ms > 0 && ms < 30_000_000) world.advance(ms)
  }

  function act({ do: doing, n, script = usual }: Deed): void {
    const token = seen[n % 4]
    if (doing === 'call') call(undefined)
    else if (doing === 'call again') call(token)
    else if (doing === 'pass') world.advance(pauses[n % pauses.length] ?? 0)
    else if (doing === 'to a moment') toAMoment(n)
    else if (doing === 'script') server.scripts.push(script)
    else if (doing === 'reject' && token !== undefined) reject(token)
    else if (doing === 'accept' && token !== undefined) accept(token)
    else if (doing === 'many 401s' && n < 100) manyRejections()
    else if (doing === 'jump') world.jump(jumps[n % jumps.length] ?? 0)
    else if (doing === 'renew') world.askByHand(undefined)
    else if (doing === 'replace') {
      server.tries(script)
      world.askByHand(sources[n % 4])
    } else if (doing === 'start over') {
      startedOver(model, world.now())
      world.startOver()
    } else if (doing === 'stop' && n < 200) {
      model.stopped = true
      world.stop()
    }
  }

  function manyRejections(): void {
    for (let i = 0; i < 35; i++) {
      call(undefined)
      world.advance(100)
      const [token] = seen
      if (token === undefined) return
      accept(token)
      reject(token)
    }
  }

  world.wake()
  for (const deed of deeds) {
    act(deed)
    const now = world.now()
    const { lookAt } = schedule(world.state(), now, settings)
    if (Number.isFinite(lookAt) && lookAt > now.mono + 60_000) broken ??= 'a jump of the clock may pass unnoticed'
    if (!world.unnoticed()) {
      broken ??= stillWaiting(model, world.waiters(), world.looksAt(), now)
      broken ??= neglected(model, world.waiters().length > 0, world.looksAt(), now)
    }
    if (broken !== undefined) return broken
  }
  world.advance(timing.tokenWaitMs)
  return broken ?? (world.waiters().length > 0 ? 'a wait never ended' : undefined)
}

function judged(lived: History): string | undefined {
  try {
    return run(lived)
  } catch (error) {
    return String(error)
  }
}

/** The same without what does not matter. */
function shortest(failing: History): History {
  let best = failing
  for (let i = best.deeds.length - 1; i >= 0; i--) {
    const shorter = { ...best, deeds: best.deeds.toSpliced(i, 1) }
    if (judged(shorter) !== undefined) best = shorter
  }
  return best
}

function written({ deeds, ...settings }: History): string {
  return [settings, ...deeds].map((line) => JSON.stringify(line)).join('\n')
}

test(`${histories} random histories keep every rule`, () => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0 // Failures are made by the million.
  try {
    for (let seed = firstSeed; seed < firstSeed + histories; seed++) {
      const broken = judged(history(seed))
      if (broken === undefined) continue
      const found = shortest(history(seed))
      assert.fail(`seed ${seed}: ${broken}. The shortest of this kind: ${judged(found)}\n${written(found)}`)
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
})
