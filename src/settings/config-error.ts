/** What is wrong with one setting. `problem` says what it should be and never holds the value, which may be a secret. */
export type ConfigProblem = { name: string; problem: string }

/**
 * Takes down a problem of the setting `name`; reading goes on, so that all of them are told at once. `alone`: it is the
 * cause of whatever else seems to be wrong.
 */
export type Report = (name: string, problem: string, weight?: 'alone') => void

/** All that is wrong with the configuration, in the order in which it was found. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(['bad configuration', ...problems.map(({ name, problem }) => `  ${name}: ${problem}`)].join('\n'))
    this.problems = problems
  }
}

/** Gathers problems. `orThrow` gives the result, or throws all problems at once. */
export function problemList(): { report: Report; orThrow<Result>(result: Result): Result } {
  const problems: ConfigProblem[] = []
  let cause: ConfigProblem | undefined
  return {
    report(name, problem, weight) {
      if (weight === 'alone') cause ??= { name, problem }
      if (!problems.some((known) => known.name === name && known.problem === problem)) problems.push({ name, problem })
    },
    orThrow(result) {
      if (problems.length > 0) throw new ConfigError(cause === undefined ? problems : [cause])
      return result
    },
  }
}

/** Gathers what `read` reports and throws all of it at once; without a problem there is a result. */
export function collect<Result>(read: (report: Report) => Result): Result {
  const { report, orThrow } = problemList()
  return orThrow(read(report))
}

/** What `read` gives; undefined where it throws problems, which are reported. */
export function reporting<Result>(read: () => Result, report: Report): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const { name, problem } of error.problems) report(name, problem)
    return undefined
  }
}
