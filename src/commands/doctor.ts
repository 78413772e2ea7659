import type { Config } from '../config/config.ts'
import { takeEnvironment } from '../config/environment.ts'
import { trust } from '../connection.ts'
import type { CommandOptions } from './commands.ts'
import { checkup } from './doctor/checkup.ts'
import { clock } from './doctor/clock.ts'
import { configuration } from './doctor/configuration.ts'
import { listener } from './doctor/listener.ts'
import { dns, tcp } from './doctor/network.ts'
import { jsonReport, printedReport, verdict } from './doctor/printed-report.ts'
import { proxy } from './doctor/proxy.ts'
import { secretFile } from './doctor/secret-file.ts'
import { type SidecarStatus, sidecarStatus } from './doctor/sidecar-status.ts'
import type { Origin, Step, Subject } from './doctor/step.ts'
import { tls } from './doctor/tls.ts'
import { token } from './doctor/token.ts'
import { validateAccessToken } from './doctor/validate-access-token.ts'
import { exitStatus } from './exit-status.ts'

/** What is looked at once there is a configuration: from the wire upwards, and the own listener last. */
const steps: readonly Step<Subject>[] = [
  { name: 'dns', needs: ['configuration'], doing: 'looking names up', run: dns },
  { name: 'tcp', needs: ['dns'], doing: 'connecting', run: tcp },
  { name: 'proxy', needs: ['tcp'], doing: 'asking the outgoing proxy', run: proxy },
  { name: 'tls', needs: ['proxy'], doing: 'looking at the certificate', run: tls },
  { name: 'clock', needs: ['tls'], doing: 'comparing the clock with CATAPA', run: clock },
  { name: 'token', needs: ['tls'], doing: 'asking for a token', run: token },
  { name: 'validate-access-token', needs: ['token'], doing: 'calling CATAPA with the token', run: validateAccessToken },
  { name: 'listener', needs: ['configuration'], doing: 'looking whether it is free', run: listener },
]

/**
 * Answers "why doesn't it work?": every step from the settings to an accepted token, with a remedy (CONTRACT §1).
 *
 * @returns 0, or the exit status of the first step that failed
 */
export async function doctor({ configPath, own }: CommandOptions): Promise<number> {
  const environment = takeEnvironment()
  const origin: Origin = { environment, configPath }
  const silent = { begins() {}, ended() {} }
  const { perform, results } = checkup(
    own.json === true ? silent : printedReport(process.stdout, Boolean(environment.NO_COLOR)),
  )

  let config: Config | undefined
  const read = (from: Origin) =>
    configuration(from, (found) => {
      config = found
    })
  await perform({ name: 'configuration', needs: [], doing: 'reading the settings', run: read }, () => origin)
  await perform({ name: 'secret-file', needs: [], doing: 'looking at the secret', run: secretFile }, () => origin)
  const subject = memoized(() => newSubject(origin, config, own['new-token'] === true))
  for (const step of steps) await perform(step, subject)

  process.stdout.write(`${own.json === true ? jsonReport(results()) : verdict(results())}\n`)
  for (const result of results()) if (result.status === 'failed') return result.exit
  return exitStatus.fine
}

/** Only steps that need the configuration ask for it. */
function newSubject(origin: Origin, config: Config | undefined, newToken: boolean): Subject {
  if (config === undefined) throw new Error('there is no configuration')
  const secureContext = trust(config.extraCa, origin.environment.NODE_EXTRA_CA_CERTS)
  const running: () => Promise<SidecarStatus | undefined> = memoized(() => sidecarStatus(config))
  return { ...origin, config, secureContext, running, newToken }
}

function memoized<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
