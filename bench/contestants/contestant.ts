import type { ChildProcess } from 'node:child_process'
import type { Target } from '../load/commands.ts'

export type Measured = Target & { pid: number }

export type Contestant = Measured & {
  child: ChildProcess
  /** Until the first 200. */
  startMs: number
}

export type Sidecar = Contestant & { adminPort: number; cli: string; env: NodeJS.ProcessEnv }

/**
 * `nodeOptions` and a clock that runs `speed` times as fast are for whoever runs on Node, `settings` for the product, which listens on
 * `port` if they say so.
 */
export type How = { nodeOptions?: readonly string[]; settings?: Record<string, string>; port?: number; speed?: number }

/** Starts one and waits for its first 200. */
export type Start<Kind extends Contestant = Contestant> = (how?: How) => Promise<Kind>

export type Contestants = {
  product: Start<Sidecar>
  /** Another build of the product. */
  also?: Start<Sidecar>
  bare: Start
  floor: Start
  nginx: Start
}
