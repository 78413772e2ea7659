import { createLogger } from '../log/logger.ts'
import { inventPeople } from '../sandbox/people.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { readDemoConfig } from '../settings/read-config.ts'
import { startSidecar } from '../sidecar/sidecar.ts'
import type { CommandOptions } from './command.ts'
import { loopbackInContainer } from './container.ts'
import { runUntilSignal } from './run-until-signal.ts'
import { startSandbox } from './started-sandbox.ts'

/** The sandbox and a sidecar in front of it (design/promises 1.4). @throws ConfigError, ListenError */
export async function demo({ configPath }: CommandOptions): Promise<number> {
  const environment = takeEnvironment()
  const settings = readDemoConfig(environment, configPath)
  const sandbox = await startSandbox(settings.sandbox)
  const config = settings.sidecarOf(new URL(sandbox.addresses[0] ?? 'http://localhost:8230'))
  const logger = createLogger(config)
  for (const warning of config.warnings) logger.warn(warning)
  const sidecar = await startSidecar(config, logger).catch(async (error: unknown) => {
    await sandbox.stop()
    throw error
  })
  const container = loopbackInContainer(config, environment)
  if (container !== undefined) logger.info(container)
  const own = asCallersWriteIt(sidecar.addresses[0] ?? '')
  const status = sidecar.adminAddresses[0] === undefined ? undefined : asCallersWriteIt(sidecar.adminAddresses[0]).url
  const where = { ...own, status, sandbox: asCallersWriteIt(sandbox.addresses[0] ?? '').url }
  process.stdout.write(`${introduction(where, inventPeople()[0]?.id ?? '')}\n`)
  return runUntilSignal(
    async () => {
      await sidecar.stop()
      await sandbox.stop()
    },
    (error) => logger.fatal({ err: error }, 'internal error'),
    sidecar.quitRequested,
  )
}

/** The address as a program of this machine writes it, and the curl options that it needs. */
function asCallersWriteIt(address: string): { url: string; curl: string } {
  const file = /^unix:(.*)/.exec(address)?.[1]
  if (file !== undefined) return { url: 'http://localhost', curl: `curl -s --unix-socket ${file}` }
  return { url: address.replace(/127\.0\.0\.1|0\.0\.0\.0|\[::1?\]/, 'localhost'), curl: 'curl -s' }
}

type Where = { url: string; curl: string; sandbox: string; status: string | undefined }

function introduction({ url, curl, sandbox, status }: Where, employeeId: string): string {
  const page = status === undefined ? '' : `\n  status   ${status}   open it in a browser to see what goes on`
  return `
catapa-sidecar demo: all people and figures are invented.
  sidecar  ${url}   your programs call this, without any login
  sandbox  ${sandbox}   stands in for https://api.catapa.com${page}

Paste into another terminal (in PowerShell and cmd write curl.exe):

  ${curl} "${url}/core/v1/employees?size=2"

  ${curl} -o payslip.pdf -X POST "${url}/core/v1/employees/${employeeId}/payslip"

To point a program at it, change its base URL and remove its login:

  https://api.catapa.com  ->  ${url}

To make calls on behalf of a person, log in as one of the invented people: "Try it without an account" in docs/on-behalf-of.md.

Ctrl-C ends both.
`
}
