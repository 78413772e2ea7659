/** Events to come, soonest first: a binary heap in flat arrays, since a day of 10,000 sidecars has tens of millions of them. */
export type Timeline = {
  push(at: number, event: number): void
  /** When the next one happens; Infinity: none will. */
  nextAt(): number
  /** Takes the next one out. */
  pop(): number
}

export function timeline(): Timeline {
  let times = new Float64Array(1024)
  let events = new Int32Array(1024)
  let size = 0

  function grow(): void {
    const [before, what] = [times, events]
    times = new Float64Array(2 * size)
    events = new Int32Array(2 * size)
    times.set(before)
    events.set(what)
  }

  const timeOf = (index: number) => times[index] ?? Number.POSITIVE_INFINITY

  function put(index: number, at: number, event: number): void {
    times[index] = at
    events[index] = event
  }

  return {
    push(at, event) {
      if (size === times.length) grow()
      let index = size++
      for (let parent = (index - 1) >> 1; index > 0 && timeOf(parent) > at; parent = (index - 1) >> 1) {
        put(index, timeOf(parent), events[parent] ?? 0)
        index = parent
      }
      put(index, at, event)
    },
    nextAt: () => (size === 0 ? Number.POSITIVE_INFINITY : timeOf(0)),
    pop() {
      const first = events[0] ?? 0
      size -= 1
      const at = timeOf(size)
      const event = events[size] ?? 0
      let index = 0
      for (let child = 1; child < size; child = 2 * index + 1) {
        if (child + 1 < size && timeOf(child + 1) < timeOf(child)) child += 1
        if (timeOf(child) >= at) break
        put(index, timeOf(child), events[child] ?? 0)
        index = child
      }
      put(index, at, event)
      return first
    },
  }
}
