import { executionAsyncResource } from 'node:async_hooks'

const kept: object[] = []

/**
 * Keeps one of the objects that `process.nextTick` makes. If none is alive at a major collection, as at the start, V8 drops
 * their shape and later compiles a slower `nextTick` (docs/design/cost.md, Levers).
 */
export function keepTickShape(): void {
  process.nextTick(() => {
    // grip: shape of ticks
    if (kept.length === 0) kept.push(executionAsyncResource())
  })
}
