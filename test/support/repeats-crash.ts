// A sidecar that guards writes against repeats and is killed under load, while its callers hang up and repeat. The suite runs the short
// form (test/forwarding/repeats/crash.test.ts), test/tools/repeats-crash.ts the long one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { callersFile, testKey } from './callers.ts'
import { freePort } from './free-port.ts'
import { seededRandom } from './random.ts'
import { type Act, type Book, meantBy, openBook } from './repeats-book.ts'
import { type Meant, type Program, runProgram, type Try } from './repeats-program.ts'
import { openWritesOf } from './repeats-trail.ts'
import { demoCredentials, type Ending, type RunningCommand, runCli } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { eventually, sleep } from './wire.ts'

export type RepeatsLedger = {
  kills: number
  /** Writes that a program meant, each once, and how often they were sent. */
  meant: number
  tries: number
  /** Times that CATAPA acted on one. */
  acts: number
  /** Those that ended with an answer of CATAPA's, and those with 409 `repeated`, of which CATAPA had some in its book. */
  done: number
  told: number
  toldAndActed: number
  /** Answers of an earlier try. */
  givenAgain: number
  /** CATAPA acted more than once on what was meant once: the history of each. Has to stay empty. */
  doubled: string[]
  /** The same, where an answer and a hang-up crossed. */
  crossed: number
  /** A success, and CATAPA never acted; or the answer of an earlier one that was meant by itself. Has to stay empty. */
  lost: string[]
  /** Answers to another program, or with another number. Has to stay 0. */
  foreign: number
  /** Answers that nothing explains. Has to stay 0. */
  odd: string[]
  /** Writes that a person has to look after, told at all starts together. */
  unknownTold: number
  /** Starts at which the sidecar told another count than the trail has. Has to stay 0. */
  wronglyTold: string[]
  /** The longest time from a start to that line, and how many took over a second: on a busy machine Node alone takes longer. */
  slowestToldMs: number
  toldLate: number
  /** The longest time that the sidecar read the trail. */
  slowestReadBackMs: number
}

/** `lagMs`: so long an answer may take through the sidecar, and a hang-up meanwhile crosses it. */
type Options = Readonly<{ kills: number; lanes: number; seed: number; guards: boolean; lagMs: number }>
type Lane = Readonly<{ url: string; folder: string; port: number; callers: string; guards: boolean }>

/** The ends of writes fall out of it while a long run lasts. */
const windowMs = 30_000
const crossingMs = 50

/**
 * Kills the process at random instants under load, starts it anew on the same trail at the same port, and compares at the end what
 * programs meant with what CATAPA did.
 */
export async function crashRepeats(t: Ending, { kills, lanes, seed, guards, lagMs }: Options): Promise<RepeatsLedger> {
  const ledger = newLedger()
  const book = await openBook(t, seededRandom(seed))
  let left = kills

  async function lane(index: number): Promise<Meant[]> {
    const random = seededRandom(seed + 1000 * (index + 1))
    const keys = [testKey(), testKey()]
    const { path } = callersFile(`[erp]\n${keys[0]?.line}\n[payroll]\n${keys[1]?.line}\n[*]\n`)
    const at = { url: book.url, folder: temporaryFolder(t), port: await freePort(), callers: path, guards }
    let life = await live(t, at, ledger)
    let over = false
    const running = programsOf(index, at.port, ['', ...keys.map(({ key }) => key)], random).map((program) =>
      runProgram(program, () => over),
    )
    const busy = (before = book.acts.size) => eventually(() => book.acts.size > before + 20, 'there is load', 60_000)
    while (left > 0) {
      left -= 1
      await busy()
      await sleep(random() * 500)
      life.child.kill('SIGKILL')
      await life.exit
      ledger.kills += 1
      life = await live(t, at, ledger)
    }
    await busy()
    over = true
    const ended = await Promise.all(running)
    life.child.kill('SIGTERM')
    await life.exit
    ledger.odd.push(...ended.flatMap(({ odd }) => odd))
    return ended.flatMap(({ meant }) => meant)
  }

  const meant = await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)))
  for (const one of meant.flat()) enter(ledger, book, one, lagMs)
  return ledger
}

function newLedger(): RepeatsLedger {
  return {
    ...{ kills: 0, meant: 0, tries: 0, acts: 0, done: 0, told: 0, toldAndActed: 0, givenAgain: 0 },
    ...{ doubled: [], crossed: 0, lost: [], foreign: 0, odd: [], unknownTold: 0, wronglyTold: [] },
    ...{ slowestToldMs: 0, toldLate: 0, slowestReadBackMs: 0 },
  }
}

/** Four programs of each caller: with a key or without, on one connection or on many. The same bytes come from all callers. */
function programsOf(lane: number, port: number, keys: string[], random: () => number): Program[] {
  return keys.flatMap((key, caller) =>
    [0, 1, 2, 3].map((slot) => ({
      name: `${lane}-${slot}-${caller}`,
      numbers: `${lane}-${slot}`,
      headers: key === '' ? {} : { 'X-Api-Key': key },
      keyed: slot === 1,
      keepAlive: slot >= 2,
      port,
      random: seededRandom(random() * 2 ** 32),
    })),
  )
}

/** Starts a sidecar, and compares what it tells of the time before with the trail. */
async function live(t: Ending, lane: Lane, ledger: RepeatsLedger): Promise<RunningCommand> {
  const { tenant, clientId, clientSecret } = demoCredentials
  const auditDir = join(lane.folder, 'audit')
  const open = existsSync(auditDir) ? openWritesOf(auditDir) : []
  const beganAt = performance.now()
  const command = runCli(t, ['start'], {
    ...{ CATAPA_TENANT: tenant, CATAPA_CLIENT_ID: clientId, CATAPA_CLIENT_SECRET: clientSecret },
    CATAPA_BASE_URL: lane.url,
    SIDECAR_LISTEN: `127.0.0.1:${lane.port}`,
    SIDECAR_ADMIN_LISTEN: 'off',
    SIDECAR_CALLERS_FILE: lane.callers,
    SIDECAR_AUDIT_DIR: auditDir,
    SIDECAR_AUDIT_KEY_FILE: join(lane.folder, 'audit.key'),
    SIDECAR_REPEATS: lane.guards ? 'guard' : 'off',
    SIDECAR_REPEAT_WINDOW: String(windowMs / 1000),
    SIDECAR_LOG_LEVEL: 'info',
  })
  if (lane.guards) {
    const [line = ''] =
      /^.*guarded writes of the window are read back.*$/m.exec(await command.until(/are read back.*\n/)) ?? []
    enterTold(ledger, open, line, performance.now() - beganAt)
  }
  const printed = await command.until(/"address":"http:/)
  if (lane.guards && !/are read back.*"address":"http:/s.test(printed)) {
    ledger.wronglyTold.push('it took requests before it had read the trail')
  }
  return command
}

function enterTold(ledger: RepeatsLedger, open: readonly number[], line: string, toldMs: number): void {
  const { unknown, time, ms } = JSON.parse(line)
  const toldAt = Date.parse(time)
  const within = (now: number) => open.filter((at) => at + windowMs > now).length
  const [most, least] = [within(toldAt - ms - 2), within(toldAt + 2)]
  if (unknown > most || unknown < least) {
    ledger.wronglyTold.push(`${unknown} are told, and the trail has ${least} to ${most}`)
  }
  ledger.unknownTold += unknown
  ledger.slowestReadBackMs = Math.max(ledger.slowestReadBackMs, ms)
  ledger.slowestToldMs = Math.max(ledger.slowestToldMs, Math.round(toldMs))
  if (toldMs > 1000) ledger.toldLate += 1
}

function enter(ledger: RepeatsLedger, book: Book, meant: Meant, lagMs: number): void {
  const { id, number, outcome, tries, answers } = meant
  const acts = book.actsOn(id)
  ledger.meant += 1
  ledger.tries += tries.length
  ledger.acts += acts.length
  if (outcome !== undefined) ledger[outcome] += 1
  if (outcome === 'told' && acts.length > 0) ledger.toldAndActed += 1
  if (acts.length > 1 && tries.some((one) => hasCrossed(one, acts, lagMs))) ledger.crossed += 1
  else if (acts.length > 1) ledger.doubled.push(historyOf(meant, acts))
  if (outcome === 'done' && acts.length === 0) ledger.lost.push(historyOf(meant, acts))
  for (const { by, number: answered } of answers) {
    if (by !== tries.at(-1)?.id) ledger.givenAgain += 1
    if (answered !== number || nameOf(by) !== nameOf(id)) ledger.foreign += 1
    else if (meantBy(by) !== id) ledger.lost.push(historyOf(meant, acts))
  }
}

/** What happened when, in ms. */
function historyOf({ id, outcome, tries, answers }: Meant, acts: readonly Act[]): string {
  const from = tries[0]?.beganAt ?? 0
  const since = (at: number | undefined) => (at === undefined ? undefined : Math.round(at - from))
  const tried = tries.map(({ beganAt, hungUpAt, headAt, got }) =>
    Object.entries({ began: since(beganAt), hungUp: since(hungUpAt), head: since(headAt), got })
      .flatMap(([what, at]) => (at === undefined ? [] : [`${what} ${at}`]))
      .join(' '),
  )
  const acted = acts.map((act) => `${act.by} at ${since(act.at)} answered ${since(act.answeredAt)}`)
  return JSON.stringify({ id, outcome, tried, acted, answers: answers.map(({ by }) => by) })
}

/** A program, and which of its numbers. */
function nameOf(id: string): string {
  return id.split('.').slice(0, 2).join('.')
}

/** Its program hung up within 50 ms before an answer of CATAPA's, or while that was on its way. */
function hasCrossed({ hungUpAt, headAt }: Try, acts: readonly Act[], lagMs: number): boolean {
  if (hungUpAt === undefined) return false
  return [headAt, ...acts.map(({ answeredAt }) => answeredAt)].some(
    (at) => at !== undefined && hungUpAt > at - crossingMs && hungUpAt < at + lagMs,
  )
}
