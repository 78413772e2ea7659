import type { Logger } from 'pino'
import { logCallers } from '../callers/file/log-callers.ts'
import { poll } from '../files/poll.ts'
import { createLogger, isForPeople } from '../log/logger.ts'
import type { Config } from '../settings/config.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { followed } from '../settings/followed-files.ts'
import { openSecretFiles } from '../settings/open-secrets.ts'
import { shownOrigins } from '../settings/shown-origin.ts'
import { differingSettings, shownSettings } from '../settings/shown-settings.ts'
import { forALog } from '../sidecar/for-a-log.ts'
import { readConfiguration } from '../sidecar/read-configuration.ts'
import { type Sidecar, startSidecar } from '../sidecar/sidecar.ts'
import { notifySystemd, watchdogMs } from '../sidecar/systemd.ts'
import { callersUrl } from './callers-url.ts'
import type { CommandOptions } from './command.ts'
import { loopbackInContainer } from './container.ts'
import { destructiveOperations } from './destructive-operations.ts'
import { runUntilSignal } from './run-until-signal.ts'

/** Runs the sidecar (design/promises 1.3). @throws ConfigError, ListenError, AddressTakenError */
export async function start({ configPath }: CommandOptions): Promise<number> {
  const environment = takeEnvironment()
  const { config, given, callers, certificates } = await forALog(() => readConfiguration(environment, configPath))
  const logger = createLogger(config)
  for (const warning of config.warnings) logger.warn(warning)
  for (const sentence of openSecretFiles({ environment, configPath })) logger.warn(sentence)
  tellSettings(config, logger)
  if (callers !== undefined) logCallers(callers, logger)
  const operations = destructiveOperations(config.profile, callers)
  if (operations.length > 0) logger.info({ operations }, 'callers can also delete for many people at once')
  const files = followed(environment, configPath, given)
  const { tenant, clientId, from } = config.credentials
  logger.info({ tenant, clientId, from: shownOrigins(from) }, 'credentials')
  if (config.traces !== undefined) logger.info({ host: config.traces.endpoint.host }, 'traces are sent')
  const starting = startSidecar(config, logger, { files, configPath, callers, certificates })
  const sidecar = await starting.catch(async (error) =>
    (await import('./address-taken.ts')).rethrowWithHolder(error, config),
  )
  for (const address of sidecar.addresses) logger.info({ address, upstream: config.baseUrl.origin }, 'listening')
  for (const { caller, address } of sidecar.callerAddresses)
    logger.info({ address, caller }, 'listening for one caller')
  const container = loopbackInContainer(config, environment)
  if (container !== undefined) logger.info(container)
  for (const address of sidecar.adminAddresses) logger.info({ address }, 'admin listener: probes, metrics, status')
  if (isForPeople(config)) tellReady(sidecar, logger)
  async function tellSystemd(state: Parameters<typeof notifySystemd>[0]): Promise<void> {
    const failure = await notifySystemd(state)
    if (failure !== undefined) logger.warn({ state, failure }, 'systemd could not be told')
  }

  // A timer of the event loop: if the loop hangs, nothing is sent.
  const everyMs = watchdogMs(environment)
  if (everyMs !== undefined) setInterval(tellSystemd, everyMs, 'WATCHDOG=1').unref()
  setImmediate(tellSystemd, 'READY=1') // After signals are handled: systemd may send one at once.
  return runUntilSignal(
    async () => {
      logger.info('stopping')
      await Promise.all([sidecar.stop(), tellSystemd('STOPPING=1')])
      logger.info('stopped')
    },
    (error) => logger.fatal({ err: error }, 'internal error'),
    sidecar.quitRequested,
  )
}

/** Logs all settings for programs; for people only changed ones, a line each. */
function tellSettings(config: Config, logger: Logger): void {
  if (isForPeople(config)) {
    for (const { name, value } of differingSettings(config)) logger.info({ [name]: value }, 'setting')
    return
  }
  const settings = shownSettings(config, config.credentials, config.logLevel).map(({ name, value }) => [name, value])
  logger.info({ settings: Object.fromEntries(settings) }, 'settings')
}

const lookForTokenMs = 200

/** Logs the addresses for callers and for the status page once there is a token; until then the log says why there is none. */
function tellReady({ addresses, adminAddresses, tokens }: Sidecar, logger: Logger): void {
  const [data, admin] = [addresses[0], adminAddresses[0]].map((address) => address && callersUrl(address))
  const looking = poll(async () => {
    if (!tokens.state().valid) return
    looking.stop()
    logger.info(`ready; call ${data}${admin === undefined ? '' : `, look at ${admin}`}`)
  }, lookForTokenMs)
}
