/**
 * A problem of one setting. `problem` says what the value should be and never holds the value, which may be a secret. `kind` is
 * left out if there is a value and it is wrong. `line`: of the file that the setting names.
 */
export type ConfigProblem = { name: string; problem: string; kind?: 'missing' | undefined; line?: number | undefined }

/** Problems of files that were right before, `since` when on the wall clock. */
export type Mistakes = Readonly<{ problems: readonly ConfigProblem[]; since: number }>

/**
 * Notes a problem of the setting `name`; reading goes on, so that all problems are told at once. `alone`: this problem is
 * the cause of all others, which are left out.
 */
export type Report = (name: string, problem: string, kind?: ConfigProblem['kind'] | 'alone') => void

/** All problems of the configuration, in the order in which they were found. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(['bad configuration', ...problems.map(({ name, problem }) => `  ${name}: ${problem}`)].join('\n'))
    this.problems = problems
  }
}

/** A list of problems. `orThrow` returns the result, or throws all problems at once. */
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

/** Returns the result of `read`, or throws all problems that it reports at once. */
export function collect<Result>(read: (report: Report) => Result): Result {
  const { report, orThrow } = problemList()
  return orThrow(read(report))
}

/** Returns the result of `read`; undefined if it throws problems, which are reported. */
export function reporting<Result>(read: () => Result, report: Report): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const { name, problem, kind } of error.problems) report(name, problem, kind)
    return undefined
  }
}
