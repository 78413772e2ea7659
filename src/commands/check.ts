import { type CallersFile, everyone } from '../callers/caller.ts'
import { notEnforced } from '../callers/file/log-callers.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { ConfigError, type ConfigProblem } from '../settings/config-error.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { openSecretFiles } from '../settings/open-secrets.ts'
import { type Configuration, readConfiguration } from '../sidecar/read-configuration.ts'
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
  const { credentials, baseUrl, callersFile } = config
  const file = callers === undefined ? 'no callers file' : `${whoIn(callers)} in ${callersFile}`
  const first = `The configuration is fine: tenant ${credentials.tenant}, client ${credentials.clientId}, ${baseUrl.origin}; ${file}.`
  return `${[first, ...warnings.map((warning) => `Note: ${warning}`)].join('\n')}\n`
}

function whoIn({ sections }: CallersFile): string {
  const named = sections.filter(({ name }) => name !== everyone).length
  return `${named} ${named === 1 ? 'caller' : 'callers'}`
}
