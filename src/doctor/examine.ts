import { trust } from '../network/connection.ts'
import { type SidecarStatus, sidecarStatus, worksFor } from '../running/sidecar-status.ts'
import type { Config } from '../settings/config.ts'
import { checkup, type StepResult, type Watcher } from './run-steps.ts'
import type { Origin, Step, Subject } from './step.ts'
import { auditTrail } from './steps/audit.ts'
import { callers, limitsCallers } from './steps/callers.ts'
import { clock } from './steps/clock.ts'
import { configuration } from './steps/configuration.ts'
import { listener } from './steps/listener.ts'
import { login } from './steps/login.ts'
import { dns, tcp } from './steps/network.ts'
import { proxy } from './steps/proxy.ts'
import { secretFile } from './steps/secret-file.ts'
import { sharedStore } from './steps/store.ts'
import { tls } from './steps/tls.ts'
import { token } from './steps/token.ts'
import { validateAccessToken } from './steps/validate-access-token.ts'

/** Only where calls are made on behalf of a user. */
const loginStep: Step<Subject> = {
  name: 'login',
  needs: ['configuration'],
  doing: 'looking at the login',
  run: login,
}

/** Only where callers are told apart or limited. */
const callersStep: Step<Subject> = {
  name: 'callers',
  needs: ['configuration'],
  doing: 'looking at the callers file',
  run: callers,
}

/** Only where there is to be a trail. */
const auditStep: Step<Subject> = {
  name: 'audit',
  needs: ['configuration'],
  doing: 'looking at the folder of the audit trail',
  run: auditTrail,
}

/** Only where a token is to be shared. */
const storeStep: Step<Subject> = {
  name: 'store',
  needs: ['configuration'],
  doing: 'asking the store of the shared token',
  run: sharedStore,
}

/** What is looked at once there is a configuration: from the wire upwards, and the own listener last. */
const steps: readonly Step<Subject>[] = [
  { name: 'dns', needs: ['configuration'], doing: 'looking names up', run: dns },
  { name: 'tcp', needs: ['dns'], doing: 'connecting', run: tcp },
  { name: 'proxy', needs: ['tcp'], doing: 'asking the outgoing proxy', run: proxy },
  { name: 'tls', needs: ['proxy'], doing: 'looking at the certificate', run: tls },
  { name: 'clock', needs: ['tls'], doing: 'comparing the clock with CATAPA', run: clock },
  { name: 'token', needs: ['tls', 'login'], doing: 'asking for a token', run: token },
  { name: 'validate-access-token', needs: ['token'], doing: 'calling CATAPA with the token', run: validateAccessToken },
  { name: 'listener', needs: ['configuration'], doing: 'looking whether it is free', run: listener },
]

/** All steps, one after the other. `newToken`: ask for a token even if a running sidecar has one. */
export async function examine(origin: Origin, newToken: boolean, watcher: Watcher): Promise<readonly StepResult[]> {
  const { perform, results } = checkup(watcher)
  let config: Config | undefined
  const read = (from: Origin) =>
    configuration(from, (found) => {
      config = found
    })
  await perform({ name: 'configuration', needs: [], doing: 'reading the settings', run: read }, () => origin)
  await perform({ name: 'secret-file', needs: [], doing: 'looking at the secret', run: secretFile }, () => origin)
  const subject = memoized(() => newSubject(origin, config, newToken))
  if (config !== undefined && limitsCallers(config)) await perform(callersStep, subject)
  if (config?.auditDir !== undefined) await perform(auditStep, subject)
  if (config?.grant === 'authorization_code') await perform(loginStep, subject)
  if (config?.cacheUrl !== undefined) await perform(storeStep, subject)
  for (const step of steps) await perform(step, subject)
  return results()
}

/** Only steps that need the configuration ask for it. */
function newSubject(origin: Origin, config: Config | undefined, newToken: boolean): Subject {
  if (config === undefined) throw new Error('there is no configuration')
  const secureContext = trust(config.extraCa, origin.environment.NODE_EXTRA_CA_CERTS)
  const running: () => Promise<SidecarStatus | undefined> = memoized(() => sidecarStatus(config.adminListen))
  const ourSidecar = async () => {
    const found = newToken ? undefined : await running()
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
