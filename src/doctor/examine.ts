import { trust } from '../network/connection.ts'
import { type SidecarStatus, sidecarStatus, worksFor } from '../running/sidecar-status.ts'
import type { SettingsOrigin } from '../settings/secret-source.ts'
import { checkup, type DoctorWatcher, type StepResult } from './run-steps.ts'
import type { DoctorStep, GivenSettings, NewToken, Subject } from './step.ts'
import { audit } from './steps/audit.ts'
import { callers, limitsCallers } from './steps/callers.ts'
import { certificate } from './steps/certificate.ts'
import { clock } from './steps/clock.ts'
import { configuration } from './steps/configuration.ts'
import { dns } from './steps/dns.ts'
import { listener } from './steps/listener.ts'
import { login } from './steps/login.ts'
import { notices } from './steps/notices.ts'
import { proxy } from './steps/proxy.ts'
import { guardsRepeats, repeats } from './steps/repeats.ts'
import { secretCommand } from './steps/secret-command.ts'
import { secretFile } from './steps/secret-file.ts'
import { store } from './steps/store.ts'
import { tcp } from './steps/tcp.ts'
import { tls } from './steps/tls.ts'
import { token } from './steps/token.ts'
import { validateAccessToken } from './steps/validate-access-token.ts'

const beforehand: readonly DoctorStep<GivenSettings>[] = [
  { name: 'configuration', needs: [], run: configuration },
  { name: 'secret-file', needs: [], run: secretFile },
]

/** The steps after the configuration: first this machine, then the network from the bottom up, the sidecar's own listener last. */
const steps: readonly DoctorStep[] = [
  { name: 'callers', needs: ['configuration'], applies: limitsCallers, run: callers },
  { name: 'audit', needs: ['configuration'], applies: ({ auditDir }) => auditDir !== undefined, run: audit },
  { name: 'repeats', needs: ['configuration', 'callers', 'audit'], applies: guardsRepeats, run: repeats },
  {
    name: 'certificate',
    needs: ['configuration'],
    applies: ({ tlsCertFile, tlsKeyFile }) => tlsCertFile !== undefined || tlsKeyFile !== undefined,
    run: certificate,
  },
  {
    name: 'secret-command',
    needs: ['configuration'],
    applies: ({ secretCommand: command }) => command !== undefined,
    run: secretCommand,
  },
  { name: 'login', needs: ['configuration'], applies: ({ grant }) => grant === 'authorization_code', run: login },
  { name: 'store', needs: ['configuration'], applies: ({ cacheUrl }) => cacheUrl !== undefined, run: store },
  { name: 'notices', needs: ['configuration'], applies: ({ notify }) => notify.length > 0, run: notices },
  { name: 'dns', needs: ['configuration'], run: dns },
  { name: 'tcp', needs: ['dns'], run: tcp },
  { name: 'proxy', needs: ['tcp'], run: proxy },
  { name: 'tls', needs: ['proxy'], run: tls },
  { name: 'clock', needs: ['tls'], run: clock },
  { name: 'token', needs: ['tls', 'secret-command', 'login'], run: token },
  { name: 'validate-access-token', needs: ['token'], run: validateAccessToken },
  { name: 'listener', needs: ['configuration'], run: listener },
]

/** All steps, one after the other. */
export async function examine(
  origin: SettingsOrigin,
  newToken: NewToken,
  watcher: DoctorWatcher,
): Promise<readonly StepResult[]> {
  const { perform, results } = checkup(watcher)
  const given: GivenSettings = { ...origin }
  for (const step of beforehand) await perform(step, () => given)
  const { config } = given
  const subject = memoized(() => newSubject(given, newToken))
  for (const step of steps) {
    const applies = step.applies === undefined || (config !== undefined && step.applies(config))
    if (applies) await perform(step, subject)
  }
  return results()
}

/** Only steps that need the configuration ask for it. */
function newSubject({ config, ...origin }: GivenSettings, newToken: NewToken): Subject {
  if (config === undefined) throw new Error('there is no configuration')
  const secureContext = trust(config.extraCa, origin.environment.NODE_EXTRA_CA_CERTS)
  const running: () => Promise<SidecarStatus | undefined> = memoized(() => sidecarStatus(config.adminListen))
  const ourSidecar = async () => {
    const found = newToken === 'always' ? undefined : await running()
    return found && worksFor(found, config) ? found : undefined
  }
  return { ...origin, config, secureContext, running, ourSidecar, newToken }
}

function memoized<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
