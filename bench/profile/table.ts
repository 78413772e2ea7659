import { type CallFrame, origin } from './origin.ts'
import { partOf } from './part.ts'

export type CpuProfile = {
  nodes: { id: number; callFrame: CallFrame }[]
  /** The node that ran at each look, and the time since the look before, in µs. */
  samples: number[]
  timeDeltas: number[]
}

/** Leaves out what ran before `warmUs`. */
export function profileTable(
  name: string,
  { nodes, samples, timeDeltas }: CpuProfile,
  warmUs: number,
  requests: number,
) {
  const selfUs = new Map<number, number>()
  let atUs = 0
  for (const [i, sample] of samples.entries()) {
    const us = timeDeltas[i] ?? 0
    atUs += us
    if (atUs > warmUs) grow(selfUs, sample, us)
  }
  const byPart = new Map<string, number>()
  const byFunction = new Map<string, number>()
  for (const { id, callFrame } of nodes) {
    const us = selfUs.get(id) ?? 0
    const name = `${origin(callFrame)}:${callFrame.lineNumber + 1} ${callFrame.functionName}`
    grow(byPart, partOf(name), us)
    grow(byFunction, name.replace(/^.*\/(node_modules|src)\//, ''), us)
  }
  byPart.delete('idle')
  const total = [...byPart.values()].reduce((sum, us) => sum + us, 0)
  const share = (us: number) =>
    `${(us / requests).toFixed(1).padStart(6)} µs ${((100 * us) / total).toFixed(1).padStart(5)} %`
  const ranked = (map: Map<string, number>) => [...map].sort(([, a], [, b]) => b - a)
  const lines = ranked(byPart).map(([name, us]) => `${share(us)}  ${name}`)
  const functions = ranked(byFunction)
    .filter(([name]) => !name.includes('(idle)'))
    .slice(0, 45)
    .map(([name, us]) => `${share(us)}  ${name}`)
  return `${share(total)}  the main thread of ${name}, a request\n\n${lines.join('\n')}\n\n${functions.join('\n')}\n`
}

function grow<Key>(sums: Map<Key, number>, key: Key, by: number): void {
  sums.set(key, (sums.get(key) ?? 0) + by)
}
