// One chapter of a long run: two sidecars and all around them begin anew, run under load while everything goes wrong, and are
// judged. So the trails, and what the ledger remembers, stay small.
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../support/random.ts'
import type { Ending } from '../../support/sidecar.ts'
import { startValkey, valkeyPassword } from '../../support/valkey.ts'
import { startPrograms } from './callers.ts'
import { type FakeCatapa, startFakeCatapa } from './fake-catapa.ts'
import type { Findings } from './findings.ts'
import { startListeners } from './listeners.ts'
import { watchOutputs } from './outputs.ts'
import { people } from './people.ts'
import type { Plants } from './plants.ts'
import type { Writes } from './programs.ts'
import { secretNumber, setScene } from './scene.ts'
import { clientId, sidecarEnv } from './sidecar-env.ts'
import { type SidecarProcess, sidecarProcess } from './sidecar-process.ts'
import { newTimeline } from './timeline.ts'
import { openWritesSoFar, readTrail } from './trails.ts'
import { makeTrouble } from './troubles.ts'
import { newVerdicts } from './verdict.ts'
import { watchProcess } from './watch.ts'

export type Chapter = Readonly<{ seconds: number; seed: number; findings: Findings; plants: Plants }>

const lookMs = 500

/** @returns figures of what was done */
export async function runChapter(t: Ending, { seconds, seed, findings, plants }: Chapter) {
  const random = seededRandom(seed)
  const scene = await setScene(t)
  const timeline = newTimeline()
  const outputs = watchOutputs(findings, plants, [...scene.secrets, valkeyPassword])
  const told = [people('the first', findings, plants), people('the second', findings, plants)] as const
  const listeners = await startListeners(t, { told, outputs, findings })
  const catapa = await startFakeCatapa(t, { findings, timeline, plants, clientId })
  catapa.tokens.setSecrets([secretNumber(1)])
  const valkey = await startValkey(t)
  const process = (number: 0 | 1) => {
    const around = { scene, catapaUrl: catapa.url, storeUrl: valkey.url.href, collectorUrl: listeners.collectorUrl }
    const env = sidecarEnv(number, { ...around, notifyUrl: listeners.notifyUrl(number) })
    return sidecarProcess({ number, env, adminPort: scene.sites[number].adminPort, findings, outputs, timeline })
  }
  const sidecars = [process(0), process(1)] as const
  t.after(() => Promise.all(sidecars.map((sidecar) => sidecar.kill())))
  const [first, second] = sidecars
  const openWrites = openWritesSoFar(scene.sites[1].audit)

  async function startSecond(): Promise<void> {
    const open = openWrites()
    told[1].startsAnew()
    await second.start()
    for (let i = 0; i < 100 && second.toldUnknown() === undefined; i++) await sleep(30)
    const unknown = second.toldUnknown()
    const shown = plants.take('unknown-untold') ? Number(unknown) + 1 : unknown
    if (shown !== open) findings.add('unknown outcomes are told', `the trail has ${open}, and ${shown} were told`)
    figures.unknownTold += open
  }

  const figures = { unknownTold: 0, looks: 0 }
  await Promise.all([first.start(), startSecond()])
  const beganAt = performance.now()
  let [troubled, loaded] = [true, true]
  const verdicts = newVerdicts({ catapa, findings, timeline, plants, outputs })
  const writes: Writes = { done: [], told: 0, tries: 0, hungUp: 0 }
  const programs = startPrograms({ verdicts, isOver: () => !loaded, random }, { scene, writes, sidecars })
  const around = { scene, catapa, valkey, sidecars, timeline, findings, random: seededRandom(seed + 1), startSecond }
  const troubles = makeTrouble(around, () => !troubled)
  const watch = watchProcess(first, findings, plants)

  async function look(): Promise<void> {
    while (loaded) {
      figures.looks += 1
      watch.sample()
      for (const [number, sidecar] of sidecars.entries()) await lookAt(sidecar, figures.looks, number)
      await sleep(lookMs)
    }
  }

  async function lookAt({ ask }: SidecarProcess, times: number, number: number): Promise<void> {
    const status = await ask('/api/status')
    if (status === undefined) return
    outputs.look('/api/status', status)
    told[number]?.look(status)
    const other = ['/', '/metrics', '/readyz'][times % 30]
    if (other !== undefined) outputs.look(other, (await ask(other)) ?? '')
  }

  const looking = look()
  // What throws here ends the run.
  await Promise.race([sleep(seconds * 1000 - (performance.now() - beganAt)), troubles, programs, looking])
  troubled = false
  await troubles
  await sleep(1000)
  for (const key of await keysOf(valkey)) outputs.look('the store', key)
  const memory = watch.judge()
  for (const sidecar of sidecars) {
    const status = await sidecar.term()
    if (status !== 0 || plants.take('term-fails')) findings.add('TERM ends with 0', `${sidecar.number}: ${status}`)
  }
  loaded = false
  await Promise.all([programs, looking])
  const ranMs = performance.now() - beganAt
  judgeWrites({ catapa, writes, findings, plants })
  const begun = new Set<string>()
  const trails = []
  for (const { audit } of scene.sites) {
    trails.push(await readTrail(audit, { begun, arrived: catapa.arrived }, { findings, outputs, plants }))
  }
  for (const id of catapa.arrived) if (!begun.has(id)) findings.add('each write at CATAPA has a begin line', id)
  return {
    ranMs,
    figures,
    calls: verdicts.figures,
    explained: verdicts.explained,
    troubles: timeline.counts,
    catapa: catapa.figures,
    tokens: catapa.tokens.figures,
    writes: { ...writes, done: writes.done.length },
    memory,
    trailLines: trails.reduce((sum, { lines }) => sum + lines, 0),
    notices: told[0].figures.messages + told[1].figures.messages,
    spans: listeners.figures.spans,
    outputBytes: outputs.figures.bytes,
    left: [
      ...(scene.disk === undefined ? ['a full disk (it needs root and a mount namespace)'] : []),
      ...(scene.clock === undefined ? ['a clock that jumps (it needs libfaketime)'] : []),
    ],
  }
}

async function keysOf({ command }: { command(...words: string[]): Promise<unknown> }): Promise<string[]> {
  const keys = await command('KEYS', '*').catch(() => [])
  const all = Array.isArray(keys) ? keys.map(String) : []
  return [...all, ...(await Promise.all(all.map(async (key) => String(await command('GET', key)))))]
}

function judgeWrites({
  catapa,
  writes,
  findings,
  plants,
}: {
  catapa: FakeCatapa
  writes: Writes
  findings: Findings
  plants: Plants
}): void {
  for (const [number, acts] of catapa.acts) {
    if (acts > 1) findings.add('a write is done at most once', `${number}: ${acts} times`)
  }
  for (const number of writes.done) {
    const acts = plants.take('lost-write') ? 0 : catapa.acts.get(number)
    if (!acts) findings.add('a write that was answered is done', `${number}`)
  }
}
