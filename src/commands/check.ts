import { type CallersFile, everyone } from '../callers/caller.ts'
import { notEnforced } from '../callers/file/log-callers.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { ConfigError, type ConfigProblem } from '../settings/config-error.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { openSecretFiles } from '../settings/open-secrets.ts'
import { type Configuration, readConfiguration } from '../sidecar/read-configuration.ts'
import { checkWords } from './check-words.ts'
import type { CommandOptions } from './command.ts'

/**
 * Checks the configuration as `start` does, and starts nothing (design/promises 1.11): no network, no listener, no file
 * written.
 *
 * @returns 0, or 2 if there is a problem
 * @throws ConfigError with every problem, unless the output is JSON
 */
export async function check({ configPath, own }: CommandOptions): Promise<number> {
  const environment = takeEnvironment()
  const asJson = own.json === true
  try {
    const configuration = await readConfiguration(environment, configPath)
    const { config, callers } = configuration
    const ofFile = callers === undefined ? [] : notEnforced(callers.sections)
    const warnings = [...config.warnings, ...openSecretFiles({ environment, configPath }), ...ofFile]
    process.stdout.write(asJson ? asObject([], warnings) : inSentences(configuration, warnings))
    return exitStatus.fine
  } catch (error) {
    if (!asJson || !(error instanceof ConfigError)) throw error
    process.stdout.write(asObject(error.problems, []))
    return exitStatus.configuration
  }
}

function asObject(found: readonly ConfigProblem[], warnings: readonly string[]): string {
  const problems = found.map(({ name, problem }) => ({ name, problem }))
  return `${JSON.stringify({ ok: problems.length === 0, problems, warnings })}\n`
}

function inSentences({ config, callers }: Configuration, warnings: readonly string[]): string {
  const { credentials, baseUrl, callersFile: file } = config
  const { tenant, clientId } = credentials
  const inFile = callers && { named: named(callers), file }
  const first = checkWords().fine({ tenant, clientId, origin: baseUrl.origin, callers: inFile })
  return `${[first, ...warnings.map((warning) => checkWords().note(warning))].join('\n')}\n`
}

function named({ sections }: CallersFile): number {
  return sections.filter(({ name }) => name !== everyone).length
}
