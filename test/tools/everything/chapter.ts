// One chapter of a long run: two sidecars and all around them begin anew, run under load while everything goes wrong, and are
// judged. So the trails, and what the ledger remembers, stay small.
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../support/random.ts'
import type { Ending } from '../../support/sidecar.ts'
import { startPrograms } from './callers.ts'
import type { Findings } from './findings.ts'
import { lookAround } from './look-around.ts'
import type { Plants } from './plants.ts'
import type { Writes } from './programs.ts'
import { type Stage, setStage } from './stage.ts'
import { readTrail } from './trails.ts'
import { makeTrouble } from './troubles.ts'
import { newVerdicts } from './verdict.ts'
import { watchProcess } from './watch.ts'

export type Chapter = Readonly<{ seconds: number; seed: number; findings: Findings; plants: Plants }>

/** @returns figures of what was done */
export async function runChapter(t: Ending, { seconds, seed, findings, plants }: Chapter) {
  const stage = await setStage(t, { findings, plants })
  const { scene, sidecars, timeline, outputs } = stage
  const beganAt = performance.now()
  let [troubled, loaded] = [true, true]
  const verdicts = newVerdicts(stage)
  const writes: Writes = { done: [], told: 0, tries: 0, hungUp: 0 }
  const load = { verdicts, isOver: () => !loaded, random: seededRandom(seed) }
  const programs = startPrograms(load, { scene, writes, sidecars })
  const troubles = makeTrouble({ ...stage, random: seededRandom(seed + 1) }, () => !troubled)
  const watch = watchProcess(sidecars[0], findings, plants)
  const looking = lookAround(stage, watch, () => !loaded)
  // What throws here ends the run.
  await Promise.race([sleep(seconds * 1000), troubles, programs, looking])
  troubled = false
  await troubles
  await sleep(1000)
  for (const text of await storedTexts(stage)) outputs.look('the store', text)
  const memory = watch.judge()
  for (const { number, term } of sidecars) {
    const status = plants.take('term-fails') ? 1 : await term()
    if (status !== 0) findings.add('TERM ends with 0', `sidecar ${number} ended with ${status}`)
  }
  loaded = false
  await Promise.all([programs, looking])
  const ranMs = performance.now() - beganAt
  judgeWrites(stage, writes)
  return {
    ...{ ranMs, memory, calls: verdicts.figures, explained: verdicts.explained, troubles: timeline.counts },
    ...{ writes: { ...writes, done: writes.done.length }, trailLines: await judgeTrails(stage) },
    ...figuresOf(stage),
  }
}

function figuresOf({ catapa, told, listeners, outputs, figures, scene }: Stage) {
  return {
    catapa: catapa.figures,
    tokens: catapa.tokens.figures,
    notices: told[0].figures.messages + told[1].figures.messages,
    spans: listeners.figures.spans,
    outputBytes: outputs.figures.bytes,
    unknownTold: figures.unknownTold,
    left: [
      ...(scene.disk === undefined ? ['a full disk (it needs root and a mount namespace)'] : []),
      ...(scene.clock === undefined ? ['a clock that jumps (it needs libfaketime)'] : []),
    ],
  }
}

async function storedTexts({ valkey: { command } }: Stage): Promise<string[]> {
  const keys = await command('KEYS', '*').catch(() => [])
  const all = Array.isArray(keys) ? keys.map(String) : []
  return [...all, ...(await Promise.all(all.map(async (key) => String(await command('GET', key)))))]
}

function judgeWrites({ catapa, findings, plants }: Stage, writes: Writes): void {
  for (const [number, acts] of catapa.book.acts) {
    if (acts > 1) findings.add('a write is done at most once', `${number}: ${acts} times`)
  }
  for (const number of writes.done) {
    const acts = plants.take('lost-write') ? 0 : catapa.book.acts.get(number)
    if (!acts) findings.add('a write that was answered is done', `${number}`)
  }
}

/** @returns how many lines there are */
async function judgeTrails(stage: Stage): Promise<number> {
  const { scene, sidecars, catapa, findings } = stage
  const begun = new Set<string>()
  let lines = 0
  for (const [number, { audit }] of scene.sites.entries()) {
    lines += await readTrail(audit, sidecars[number]?.head(), begun, stage)
  }
  for (const id of catapa.book.arrived) {
    if (!begun.has(id)) findings.add('each write at CATAPA has a begin line', id)
  }
  return lines
}
