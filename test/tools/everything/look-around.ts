import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from './stage.ts'
import type { Watch } from './watch.ts'

const everyMs = 500

/** Looks at what the sidecars show on their admin listeners, twice a second, until `isOver`. */
export async function lookAround(
  { sidecars, outputs, told }: Stage,
  watch: Watch,
  isOver: () => boolean,
): Promise<void> {
  for (let times = 0; !isOver(); times++) {
    watch.sample()
    for (const { number, ask } of sidecars) {
      const status = await ask('/api/status')
      if (status === undefined) continue
      outputs.look('/api/status', status)
      told[number]?.look(status)
      const other = ['/', '/metrics', '/readyz'][times % 30]
      if (other !== undefined) outputs.look(other, (await ask(other)) ?? '')
    }
    await sleep(everyMs)
  }
}
