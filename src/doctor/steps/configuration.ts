import type { Config } from '../../settings/config.ts'
import { shownAddresses } from '../../settings/listen-address.ts'
import { ConfigError, readConfig } from '../../settings/read-config.ts'
import { failed, type GivenSettings, ok, type StepOutcome } from '../step.ts'

/** Reads the settings; every problem is named. */
export function configuration(given: GivenSettings): StepOutcome {
  const { environment, configPath } = given
  try {
    const config = readConfig(environment, configPath)
    given.config = config
    const { credentials, baseUrl, heartbeatUrl, traces, warnings } = config
    const summary = `tenant ${credentials.tenant}, client ${credentials.clientId}, ${baseUrl.origin}`
    const heartbeat = heartbeatUrl === undefined ? [] : [`heartbeat to ${heartbeatUrl.host}`]
    const traced = traces === undefined ? [] : [`traces to ${traces.endpoint.host}`]
    const notes = warnings.map((warning) => `Note: ${warning}`)
    return ok([summary, instance(config, configPath), ...heartbeat, ...traced, ...notes].join('\n'))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problems = error.problems.map(({ name, problem }) => `${name}: ${problem}`)
    const missing = error.problems.some(({ kind }) => kind === 'missing')
    const source = missing
      ? '\nA client id and secret come from CATAPA: Setup > OAuth 2.0 Clients > Add, grant type "client credentials".'
      : ''
    const where = configPath === undefined ? 'in the environment, or give a file with --config' : 'there or in the file'
    return failed(
      'configuration',
      problems.join('\n'),
      `Correct ${problems.length === 1 ? 'this setting' : 'these settings'} ${where}. config.example.env explains them.${source}`,
    )
  }
}

/** Which sidecar of this machine these settings are for. */
function instance({ listen, adminListen }: Config, configPath: string | undefined): string {
  const source = configPath === undefined ? 'the environment' : `${configPath} and the environment`
  const admin = adminListen.length === 0 ? 'off' : shownAddresses(adminListen)
  return `the instance of ${source}: SIDECAR_LISTEN ${shownAddresses(listen)}, SIDECAR_ADMIN_LISTEN ${admin}`
}
