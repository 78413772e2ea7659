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
