let due: (() => void)[] = []

/**
 * Does something at the end of this tick of the event loop, right after what others want done then. Answers go out so:
 * each write wakes up the program that waits for it, which costs more than all of our own code, and costs it once for
 * those that leave together (docs/design/cost.md, Levers).
 */
export function atEndOfTick(task: () => void): void {
  if (due.push(task) === 1) setImmediate(run)
}

function run(): void {
  const tasks = due
  due = []
  for (const task of tasks) task()
}
