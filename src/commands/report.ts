import { examine } from '../doctor/examine.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { ConfigError, type ConfigProblem } from '../settings/config-error.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { readAdminConfig } from '../settings/read-admin-config.ts'
import { readConfig } from '../settings/read-config.ts'
import type { SettingsOrigin } from '../settings/secret-source.ts'
import { type ShownSetting, shownSettings } from '../settings/shown-settings.ts'
import { readConfiguration } from '../sidecar/read-configuration.ts'
import type { CommandOptions } from './command.ts'
import { askRunning } from './report/ask-running.ts'
import { lastFailures } from './report/last-failures.ts'
import { reportText, type WrittenReport } from './report/report-text.ts'
import { reportWords } from './report/report-words.ts'
import { shownCheck } from './report/shown-check.ts'
import { shownStatus } from './report/shown-status.ts'
import { system, versions } from './report/this-machine.ts'
import { namesIn, withoutNames } from './report/without-names.ts'

const silent = { begins() {}, ended() {} }

/**
 * Writes one text with all that somebody else needs to help, to be read before it is sent. Nothing is sent from here, and no
 * token is asked for.
 *
 * @returns 0, or 2 if the settings are wrong: then it says so, and all else that can be said
 */
export async function report({ configPath, own }: CommandOptions): Promise<number> {
  const origin = { environment: takeEnvironment(), configPath }
  const at = new Date().toISOString()
  const settings = await settingsOf(origin)
  // Before the steps: one of them calls CATAPA through the running sidecar.
  const running = await askRunning(adminListenOf(origin))
  const steps = await examine(origin, 'never', silent)
  const { status, metrics, ...sidecar } = running
  const written: WrittenReport = {
    version: 1,
    about: reportWords().about,
    at,
    versions: versions(),
    system: system(origin.environment),
    settings,
    checks: steps.map(shownCheck),
    failures: lastFailures(status),
    sidecar: { ...sidecar, status: shownStatus(status, settings.values), metrics },
  }
  const shown = withoutNames(written, namesIn(status))
  process.stdout.write(own.json === true ? `${JSON.stringify(shown)}\n` : reportText(shown))
  return settings.problems.length === 0 ? exitStatus.fine : exitStatus.configuration
}

async function settingsOf({ environment, configPath }: SettingsOrigin) {
  const all = await readOrProblems(() => readConfiguration(environment, configPath))
  // The settings can be right where a file that they name is wrong.
  const read = await readOrProblems(() => readConfig(environment, configPath))
  const problems: ConfigProblem[] = 'problems' in all ? all.problems : []
  const values: ShownSetting[] =
    'problems' in read ? [] : shownSettings(read.result, read.result.credentials, read.result.logLevel)
  return { problems: problems.map(({ name, problem }) => ({ name, problem })), values }
}

async function readOrProblems<Result>(
  read: () => Result | Promise<Result>,
): Promise<{ result: Result } | { problems: ConfigProblem[] }> {
  try {
    return { result: await read() }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { problems: [...error.problems] }
  }
}

/** Undefined where the setting is wrong. */
function adminListenOf({ environment, configPath }: SettingsOrigin) {
  try {
    return readAdminConfig(environment, configPath).adminListen
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}
