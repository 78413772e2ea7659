/** The result of `work`; undefined where that throws, whatever it throws. */
export function tried<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
