// The other end of load.ts: one command at a time, and no answer that is not the right one.
import { once } from 'node:events'
import { join } from 'node:path'
import { end, start } from './processes.ts'
import { admission } from './upstream.ts'

export function startLoad() {
  const child = start('load', process.execPath, [join(import.meta.dirname, 'load.js')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })

  async function ask(command) {
    child.send(command)
    const [{ result, error }] = await once(child, 'message')
    if (error !== undefined) throw new Error(error)
    return result
  }

  return {
    /** The upstream itself, called without a proxy and without TLS. */
    direct: ({ plainPort, child: { pid } }) => ({ name: 'direct', port: plainPort, headers: admission, pid }),
    burst: async (one, kind, connections, requests, shape) =>
      checked(one, await ask({ command: 'burst', target: target(one), kind, connections, requests, shape })),
    rate: async (all, perSecond, requests, kind, connections) => {
      const results = await ask({ command: 'rate', targets: all.map(target), perSecond, requests, kind, connections })
      return results.map((result, i) => checked(all[i], result))
    },
    stall: async (one, holdMs) => checked(one, await ask({ command: 'stall', target: target(one), holdMs })),
    end: () => end(child),
  }
}

function target({ name, port, headers }) {
  return { name, port, headers }
}

/** A fast answer that is not the right one is worth nothing; one in ten may be what its kind allows besides. */
function checked({ name }, result) {
  const { right = 0, 'or else': others = 0, ...more } = result.statuses
  const wrong = Object.entries(others > right / 9 ? { ...more, other: others } : more)
  if (wrong.length > 0) throw new Error(`${name} answered ${wrong.map(([status, n]) => `${n} × ${status}`).join(', ')}`)
  return result
}
