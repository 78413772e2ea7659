import { learn } from '../../words/language.ts'
import type { configurationStepWords } from './configuration-step-words.ts'

learn<typeof configurationStepWords>('configurationStepWords', {
  client: (tenant, clientId, catapa) => `tenant ${tenant}, client ${clientId}, ${catapa}`,
  instance: ({ configPath, listen, admin }) =>
    `instans dari ${configPath === undefined ? 'environment' : `${configPath} dan environment`}: SIDECAR_LISTEN ${listen}, SIDECAR_ADMIN_LISTEN ${admin}`,
  heartbeat: (host) => `heartbeat ke ${host}`,
  traces: (host) => `trace ke ${host}`,
  correct: (_problems, configPath) =>
    `Perbaiki pengaturan ini ${configPath === undefined ? 'di environment, atau berikan file dengan --config' : 'di environment atau di file'}. Penjelasannya ada di config.example.env.`,
  whence:
    'Client ID dan client secret didapat dari CATAPA: Setup > OAuth 2.0 Clients > Add, grant type "client credentials".',
})
