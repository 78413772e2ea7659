import { setTimeout as sleep } from 'node:timers/promises'
import { end } from '../processes.ts'
import { tell } from '../say.ts'
import { table } from '../table.ts'
import { rssMb } from '../usage.ts'
import { heapOf } from './heap.ts'
import { costCells, costHead, sideBySide } from './side-by-side.ts'
import { type GrowthTools, shortLived } from './tools.ts'
import { wave } from './wave.ts'

/** Between two looks at a process that serves for hours, unless a sixth of the time is less. */
const lookMs = 600_000
/** All connections to the upstream have been closed for idleness by then. */
const quietMs = 30_000
const looked = { rounds: 5, requests: 10_000 }

/**
 * Two products that are asked in waves for `seconds`: the cost of one beside the floor, and what is on the heap of the
 * other. From its first heap snapshot on V8 keeps track of each object that moves, which costs a tenth and more. The
 * clock of all three runs `speed` times as fast, so that timers and tokens of days pass in hours.
 */
export async function hours(tools: GrowthTools): Promise<string> {
  const { contestants, load, upstream, folder, seconds, speed, warmUp } = tools
  const settings = { CATAPA_TOKEN_URL: shortLived(upstream) }
  const nodeOptions = ['--heapsnapshot-signal=SIGWINCH', `--diagnostic-dir=${folder}`]
  const product = await contestants.product({ settings, speed })
  const opened = await contestants.product({ settings, nodeOptions, speed })
  const floor = await contestants.floor({ speed })
  for (const one of [product, opened, floor]) await load.burst(one, { requests: warmUp })
  const rows: (string | number)[][] = []
  let requests = warmUp
  const begun = performance.now()
  const step = Math.min(lookMs, (seconds * 1000) / 6)
  for (let at = 0; at <= seconds * 1000; at += step) {
    do {
      requests += await wave(load, product)
      await wave(load, opened)
    } while (performance.now() - begun < at)
    const cost = await sideBySide(load, { product, floor }, { requests: looked.requests }, looked.rounds)
    const during = (looked.rounds + 1) * looked.requests
    requests += during
    await load.burst(opened, { requests: during })
    await sleep(quietMs)
    const minutes = (((performance.now() - begun) * speed) / 60_000).toFixed(1)
    const { objects, bytes } = await heapOf(opened, folder)
    const rss = [product, opened].map(({ pid }) => rssMb(pid).toFixed(0))
    const row = [minutes, requests, ...costCells(cost), objects, (bytes / 1e6).toFixed(2), ...rss]
    rows.push(row)
    tell(row.join('  '))
  }
  await Promise.all([product, opened, floor].map(({ child }) => end(child)))
  return table(['minutes', 'requests', ...costHead, 'objects', 'heap, MB', 'RSS, MB', 'with snapshots'], rows)
}
