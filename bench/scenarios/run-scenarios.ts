import type { Contestants } from '../contestants/contestant.ts'
import { end } from '../processes.ts'
import { tell } from '../say.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { Tools } from './scenario.ts'
import { alone, shared } from './scenarios.ts'

type Wanted = (name: string) => boolean

/** Those that share contestants: everyone runs at once, and is asked in turn. */
export async function runShared(contestants: Contestants, { direct }: Upstream, wanted: Wanted, tools: Tools) {
  const chosen = Object.entries(shared).filter(([name]) => wanted(name))
  if (chosen.length === 0) return
  const { load, size } = tools
  const running = []
  for (const start of Object.values(contestants)) running.push(await start())
  for (const one of running) {
    tell(`warming up ${one.name}`)
    await load.burst(one, { requests: size.warmUp })
  }
  for (const [name, { warmUpKind: kind, run }] of chosen) {
    tell(name)
    if (kind !== undefined) for (const one of running) await load.burst(one, { kind, requests: size.warmUp / 4 })
    await run([direct, ...running], tools)
  }
  await Promise.all(running.map(({ child }) => end(child)))
}

/** Those that start contestants of their own. */
export async function runAlone(contestants: Contestants, wanted: Wanted, tools: Tools) {
  for (const [name, run] of Object.entries(alone).filter(([name]) => wanted(name))) {
    tell(name)
    await run(contestants, tools)
  }
}
