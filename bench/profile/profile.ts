// Where the time of a contestant goes: a CPU profile of it under load, summed up by part.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Start } from '../contestants/contestant.ts'
import type { Load } from '../load/load.ts'
import { end } from '../processes.ts'
import { profileTable } from './table.ts'

/** @returns a table of µs a request, and the functions that take the most */
export async function profile(
  name: string,
  start: Start,
  load: Load,
  { folder, requests }: { folder: string; requests: number },
): Promise<string> {
  const begun = performance.now()
  const one = await start({ nodeOptions: ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', folder] })
  await load.burst(one, { requests })
  const warmUs = (performance.now() - begun) * 1000
  await load.burst(one, { requests })
  await end(one.child)
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error(`${name} left no profile: only what runs on Node does`)
  return profileTable(name, JSON.parse(readFileSync(join(folder, file), 'utf8')), warmUs, requests)
}
