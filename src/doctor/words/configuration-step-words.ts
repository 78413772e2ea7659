import { words } from '../../words/language.ts'

export const configurationStepWords = words('configurationStepWords', {
  client: (tenant: string, clientId: string, catapa: string) => `tenant ${tenant}, client ${clientId}, ${catapa}`,
  /** Which sidecar of this machine the settings are for. */
  instance: ({ configPath, listen, admin }: { configPath: string | undefined; listen: string; admin: string }) =>
    `the instance of ${configPath === undefined ? 'the environment' : `${configPath} and the environment`}: SIDECAR_LISTEN ${listen}, SIDECAR_ADMIN_LISTEN ${admin}`,
  heartbeat: (host: string) => `heartbeat to ${host}`,
  traces: (host: string) => `traces to ${host}`,
  correct: (problems: number, configPath: string | undefined) =>
    `Correct ${problems === 1 ? 'this setting' : 'these settings'} ${configPath === undefined ? 'in the environment, or give a file with --config' : 'there or in the file'}. config.example.env explains them.`,
  whence: 'A client id and secret come from CATAPA: Setup > OAuth 2.0 Clients > Add, grant type "client credentials".',
})
