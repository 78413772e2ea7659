import type { Config } from '../../settings/config.ts'
import { shownAddresses } from '../../settings/listen-address.ts'
import { ConfigError, readConfig } from '../../settings/read-config.ts'
import { failed, type Origin, type Outcome, ok } from '../step.ts'

/** Reads the settings; every problem is named. `found` gets the configuration. */
export function configuration({ environment, configPath }: Origin, found: (config: Config) => void): Outcome {
  try {
    const config = readConfig(environment, configPath)
    found(config)
    const { credentials, baseUrl, warnings } = config
    const summary = `tenant ${credentials.tenant}, client ${credentials.clientId}, ${baseUrl.origin}`
    return ok([summary, instance(config, configPath), ...warnings.map((warning) => `Note: ${warning}`)].join('\n'))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problems = error.problems.map(({ name, problem }) => `${name}: ${problem}`)
    const missing = error.problems.some(({ problem }) => problem.startsWith('required'))
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

/** Which of the sidecars of this machine is meant. */
function instance({ listen, adminListen }: Config, configPath: string | undefined): string {
  const source = configPath === undefined ? 'the environment' : `${configPath} and the environment`
  const admin = adminListen.length === 0 ? 'off' : shownAddresses(adminListen)
  return `the instance of ${source}: SIDECAR_LISTEN ${shownAddresses(listen)}, SIDECAR_ADMIN_LISTEN ${admin}`
}
