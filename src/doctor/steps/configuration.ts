import type { Config } from '../../settings/config.ts'
import { shownAddresses } from '../../settings/listen-address.ts'
import { ConfigError, readConfig } from '../../settings/read-config.ts'
import { failed, type GivenSettings, notesOf, ok, type StepOutcome } from '../step.ts'
import { configurationStepWords } from '../words/configuration-step-words.ts'

/** Reads the settings; every problem is named. */
export function configuration(given: GivenSettings): StepOutcome {
  const { environment, configPath } = given
  const say = configurationStepWords()
  try {
    const config = readConfig(environment, configPath)
    given.config = config
    const { credentials, baseUrl, heartbeatUrl, traces, warnings } = config
    const summary = say.client(credentials.tenant, credentials.clientId, baseUrl.origin)
    const heartbeat = heartbeatUrl === undefined ? [] : [say.heartbeat(heartbeatUrl.host)]
    const traced = traces === undefined ? [] : [say.traces(traces.endpoint.host)]
    return ok([summary, instance(config, configPath), ...heartbeat, ...traced, ...notesOf(warnings)].join('\n'))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problems = error.problems.map(({ name, problem }) => `${name}: ${problem}`)
    const missing = error.problems.some(({ kind }) => kind === 'missing')
    const remedy = [say.correct(problems.length, configPath), ...(missing ? [say.whence] : [])]
    return failed('configuration', problems.join('\n'), remedy.join('\n'))
  }
}

/** Which sidecar of this machine these settings are for. */
function instance({ listen, adminListen }: Config, configPath: string | undefined): string {
  const admin = adminListen.length === 0 ? 'off' : shownAddresses(adminListen)
  return configurationStepWords().instance({ configPath, listen: shownAddresses(listen), admin })
}
