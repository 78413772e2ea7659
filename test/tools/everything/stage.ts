import { setTimeout as sleep } from 'node:timers/promises'
import type { Ending } from '../../support/sidecar.ts'
import { startValkey, type Valkey, valkeyPassword } from '../../support/valkey.ts'
import { type FakeCatapa, startFakeCatapa } from './fake-catapa.ts'
import type { Findings } from './findings.ts'
import { type Listeners, startListeners } from './listeners.ts'
import { type Outputs, watchOutputs } from './outputs.ts'
import { type People, people } from './people.ts'
import type { Plants } from './plants.ts'
import { type Scene, secretNumber, setScene } from './scene.ts'
import { clientId, sidecarEnv } from './sidecar-env.ts'
import { type SidecarProcess, sidecarProcess } from './sidecar-process.ts'
import { newTimeline, type Timeline } from './timeline.ts'
import { openWritesSoFar } from './trails.ts'

/** Both sidecars and all around them, before the first call. */
export type Stage = Readonly<{
  scene: Scene
  timeline: Timeline
  findings: Findings
  plants: Plants
  outputs: Outputs
  told: readonly [People, People]
  listeners: Listeners
  catapa: FakeCatapa
  valkey: Valkey
  /** The first runs through; the second is killed again and again. */
  sidecars: readonly [SidecarProcess, SidecarProcess]
  /** Starts the second one, and compares what it tells of the time before with its trail. */
  startSecond(): Promise<void>
  figures: { unknownTold: number }
}>

export async function setStage(
  t: Ending,
  { findings, plants }: { findings: Findings; plants: Plants },
): Promise<Stage> {
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
  const figures = { unknownTold: 0 }

  async function startSecond(): Promise<void> {
    const open = openWrites()
    told[1].endsNow()
    await second.start()
    told[1].hasStarted()
    for (let i = 0; i < 100 && second.toldUnknown() === undefined; i++) await sleep(30)
    const unknown = plants.take('unknown-untold') ? open + 1 : second.toldUnknown()
    if (unknown !== open) findings.add('unknown outcomes are told', `the trail has ${open}, and ${unknown} were told`)
    figures.unknownTold += open
  }

  await Promise.all([first.start(), startSecond()])
  return {
    ...{ scene, timeline, findings, plants, outputs, told, listeners, catapa, valkey, sidecars },
    ...{ startSecond, figures },
  }
}
