/** What is wrong with one setting. `problem` says what it should be and never holds the value, which may be a secret. */
export type ConfigProblem = { name: string; problem: string }

/** Takes down a problem of the setting `name`; reading goes on, so that all of them are told at once. */
export type Report = (name: string, problem: string) => void

/** All that is wrong with the configuration, in the order in which it was found. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(['bad configuration', ...problems.map(({ name, problem }) => `  ${name}: ${problem}`)].join('\n'))
    this.problems = problems
  }
}

/** Gathers what `read` reports and throws all of it at once; without a problem there is a result. */
export function collect<Result>(read: (report: Report) => Result | undefined): Result {
  const problems: ConfigProblem[] = []
  const result = read((name, problem) => {
    if (!problems.some((known) => known.name === name && known.problem === problem)) problems.push({ name, problem })
  })
  if (result === undefined || problems.length > 0) throw new ConfigError(problems)
  return result
}
