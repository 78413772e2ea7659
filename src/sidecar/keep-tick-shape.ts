import { executionAsyncResource } from 'node:async_hooks'

const kept: object[] = []

/**
 * Keeps one of the objects that `process.nextTick` makes. V8 drops the shape of objects of which none is alive at a major
 * collection, as at the start, and from then on compiles `nextTick` for any shape: 2 µs of a request
 * (docs/design/cost.md, Levers).
 */
export function keepTickShape(): void {
  process.nextTick(() => {
    // grip: shape of ticks
    if (kept.length === 0) kept.push(executionAsyncResource())
  })
}
