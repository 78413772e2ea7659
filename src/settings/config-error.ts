/**
 * What is wrong with one setting. `problem` says what it should be and never holds the value, which may be a secret. `kind` is left
 * out where a value is there, and wrong.
 */
export type ConfigProblem = { name: string; problem: string; kind?: 'missing' | undefined }

/**
 * Takes down a problem of the setting `name`; reading goes on, so that all of them are told at once. `alone`: it is the
 * cause of whatever else seems to be wrong.
 */
export type Report = (name: string, problem: string, kind?: ConfigProblem['kind'] | 'alone') => void

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
    report(name, problem, kind) {
      const found = kind === 'missing' ? { name, problem, kind } : { name, problem }
      if (kind === 'alone') cause ??= found
      if (!problems.some((known) => known.name === name && known.problem === problem)) problems.push(found)
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
    for (const { name, problem, kind } of error.problems) report(name, problem, kind)
    return undefined
  }
}
