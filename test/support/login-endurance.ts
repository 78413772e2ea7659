// Logins that have to last: under steady calls, shared by processes, and with a process that is killed while it rotates.
// The suite runs the short forms (login-endurance.test), `npm run soak:login` the long ones.

import assert from 'node:assert/strict'
import { readdirSync, watch } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { readLogin } from '../../src/login/login-file.ts'
import { flawWords } from './failures.ts'
import { logIn, stateFolder, stats, useRefreshToken } from './login.ts'
import { demoCredentials, type Ending, type RunningCommand, runCli, secret, startTestSandbox } from './sidecar.ts'

/** Which person the sandbox lists first. */
const person = 'maya.contohadi'
const callersEach = 3

type Life = RunningCommand & { url: string }

/** The real product, in a process of its own, on behalf of whoever's login is in the folder. */
async function live(t: Ending, sandboxUrl: string, stateDir: string): Promise<Life> {
  const { tenant, clientId, clientSecret } = demoCredentials
  const command = runCli(t, ['start'], {
    CATAPA_TENANT: tenant,
    CATAPA_CLIENT_ID: clientId,
    CATAPA_CLIENT_SECRET: clientSecret,
    CATAPA_BASE_URL: sandboxUrl,
    CATAPA_GRANT: 'authorization_code',
    SIDECAR_STATE_DIR: stateDir,
    SIDECAR_LISTEN: 'localhost:0',
    SIDECAR_ADMIN_LISTEN: 'off',
  })
  const address = /"address":"(http:\/\/127[^"]+)"/
  return { ...command, url: address.exec(await command.until(address))?.[1] ?? '' }
}

/** Whom CATAPA takes a caller for; else the code of the sidecar's problem, or what came instead. */
async function whoAmI(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/v1/users/me`)
    const body: unknown = await response.json()
    const code = response.headers.get('x-catapa-sidecar-error')
    return code ?? (response.ok ? String(Reflect.get(Object(body), 'username')) : `status ${response.status}`)
  } catch {
    return 'no answer'
  }
}

export type Endured = {
  calls: number
  /** Outcomes that were not the person, by kind. */
  failures: Record<string, number>
  /** Access tokens that calls were made with. */
  lifetimes: number
  refreshRequests: number
  /** As many as lifetimes had room for. */
  mostRefreshes: number
  reuseDetections: number
  /** Whether the sandbox noticed a thief who used the first refresh token in the end, and the callers did. */
  thief: { noticed: boolean; callersHear: string[] }
}

/** `seconds`, and then for as long as it takes to have seen so many tokens and calls. */
type Length = { sidecars: number; lifetimeS: number; seconds: number; leastTokens?: number; leastCalls?: number }

/** Steady calls through sidecars that share one login, with rotation; then, as the control, a thief. */
export async function endure(
  t: Ending,
  { sidecars, lifetimeS, seconds, leastTokens = 0, leastCalls = 0 }: Length,
): Promise<Endured> {
  const { url } = await startTestSandbox(t, { refreshRotation: true, tokenLifetimeSeconds: lifetimeS })
  const stateDir = stateFolder(t)
  const first = await logIn(url, stateDir)
  const lives = await Promise.all(Array.from({ length: sidecars }, () => live(t, url, stateDir)))
  const beganAt = performance.now()
  const until = beganAt + seconds * 1000
  const failures: Record<string, number> = {}
  let calls = 0
  let enough = false
  async function call(at: string): Promise<void> {
    while (!enough) {
      const who = await whoAmI(at)
      calls += 1
      if (who !== person) failures[who] = (failures[who] ?? 0) + 1
      await sleep(100)
    }
  }
  const calling = Promise.all(lives.flatMap((life) => Array.from({ length: callersEach }, () => call(life.url))))
  const few = async () => calls < leastCalls || ((await stats(url)).usedTokens ?? 0) < leastTokens
  while (performance.now() < until || (await few())) await sleep(200)
  enough = true
  await calling
  const { usedTokens = 0, refreshRequests = 0, reuseDetections = 0 } = await stats(url)
  // A fifth of each lifetime is margin. On a busy machine a token may end before anybody has used it.
  const mostRefreshes = sidecars * (2 + (performance.now() - beganAt) / (750 * lifetimeS))

  await useRefreshToken(url, first.refreshToken)
  const noticed = (await stats(url)).reuseDetections === reuseDetections + 1
  await sleep(lifetimeS * 1000 + 500)
  const callersHear = await Promise.all(lives.map((life) => whoAmI(life.url)))
  return {
    calls,
    failures,
    lifetimes: usedTokens,
    refreshRequests,
    mostRefreshes,
    reuseDetections,
    thief: { noticed, callersHear },
  }
}

export type Crashed = {
  kills: number
  /** What the next process made of it: the login went on, or it said `login_required`. */
  wentOn: number
  loginRequired: number
  /** Anything else that callers met, and files that were not whole. Has to stay empty. */
  wrong: string[]
  /** Kills that left a file half way beside the login: proof that they hit. */
  hitWhileWriting: number
}

/** Kills the process at random instants of its rotations, starts it anew, and looks what became of the login. */
export async function crash(t: Ending, { kills, lanes }: { kills: number; lanes: number }): Promise<Crashed> {
  const { url } = await startTestSandbox(t, { refreshRotation: true, tokenLifetimeSeconds: 1 })
  await fetch(`${url}/sandbox/faults`, { method: 'PATCH', body: '{"tokenLatencyMs":5}' })
  const seen: Crashed = { kills: 0, wentOn: 0, loginRequired: 0, wrong: [], hitWhileWriting: 0 }
  let left = kills

  async function outcome(stateDir: string, life: Life): Promise<void> {
    const who = await whoAmI(life.url)
    if (who === person) seen.wentOn += 1
    else if (who === 'login_required') {
      seen.loginRequired += 1
      await logIn(url, stateDir)
      let again = who
      for (let i = 0; i < 100 && again === 'login_required'; i++) {
        await sleep(300)
        again = await whoAmI(life.url)
      }
      if (again !== person) seen.wrong.push(`${again} after a new login`)
    } else seen.wrong.push(who)
  }

  async function lane(): Promise<void> {
    const stateDir = stateFolder(t)
    await logIn(url, stateDir)
    let life = await live(t, url, stateDir)
    assert.equal(await whoAmI(life.url), person)
    while (left > 0) {
      left -= 1
      await rotationBegins(stateDir, life)
      await sleep(Math.random() * 30)
      life.child.kill('SIGKILL')
      await life.exit
      seen.kills += 1
      const reading = await readLogin(stateDir)
      if ('flaw' in reading) seen.wrong.push(flawWords(reading.flaw).problem)
      else secret(reading.login.refreshToken)
      if (readdirSync(stateDir).some((name) => name.endsWith('.new'))) seen.hitWhileWriting += 1
      life = await live(t, url, stateDir)
      await outcome(stateDir, life)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return seen
}

/** A process that has a caller renews its token ahead of time; the file of its turn is the first sign of that. */
function rotationBegins(stateDir: string, { url }: Life): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(stateDir, (event, name) => {
      if (event === 'rename' && name?.startsWith('login.lock.')) done(resolve)
    })
    const timer = setTimeout(() => done(() => reject(new Error('no rotation within 60 s'))), 60_000)
    const calling = setInterval(() => whoAmI(url), 300)
    function done(settle: () => void): void {
      watcher.close()
      clearTimeout(timer)
      clearInterval(calling)
      settle()
    }
  })
}
