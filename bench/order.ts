/** So that no contestant always follows the same one. */
export function inAnyOrder<One>(list: readonly One[]): One[] {
  return list
    .map((one) => ({ one, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one)
}
