import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import type { Logger } from 'pino'
import { logCallers } from '../callers/file/log-callers.ts'
import { readCallers } from '../callers/file/read-callers.ts'
import { createLogger } from '../log/logger.ts'
import { inventPeople } from '../sandbox/people.ts'
import type { Config } from '../settings/config.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { readDemoConfig } from '../settings/read-config.ts'
import { forALog } from '../sidecar/for-a-log.ts'
import { type Sidecar, startSidecar } from '../sidecar/sidecar.ts'
import { inLanguage, language } from '../words/language.ts'
import { shellWord } from '../words/shell-word.ts'
import { rethrowForSandbox, rethrowWithHolder } from './address-taken.ts'
import { callersUrl } from './callers-url.ts'
import type { CommandOptions } from './command.ts'
import { loopbackInContainer } from './container.ts'
import { type DemoCallers, makeDemoCallers } from './demo-callers.ts'
import { demoWords } from './demo-words.ts'
import { runUntilSignal } from './run-until-signal.ts'
import { startSandbox } from './sandbox.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

/** Runs a sandbox and a sidecar in front of it (design/promises 1.4). @throws ConfigError, ListenError, AddressTakenError */
export async function demo({ configPath }: CommandOptions): Promise<number> {
  const environment = takeEnvironment()
  const terminal = language()
  const settings = await forALog(() => readDemoConfig(environment, configPath))
  const sandbox = await startSandbox(settings.sandbox).catch(rethrowForSandbox)
  const given = settings.sidecarOf(new URL(sandbox.addresses[0] ?? 'http://localhost:8230'))
  const logger = await orStop(sandbox, () => createLogger(given))
  for (const warning of given.warnings) logger.warn(warning)
  const folder = tryToMakeFolder(logger)
  const needsCallers = given.callersFile === undefined && folder !== undefined
  const made = needsCallers ? inLanguage(terminal, () => makeDemoCallers(folder)) : undefined
  const config = withTrail({ ...given, callersFile: made?.file ?? given.callersFile }, folder)
  const sidecar = await orStop(sandbox, () => startInFront(config, logger))
  const container = loopbackInContainer(config, environment)
  if (container !== undefined) logger.info(container)
  const own = asCallersWriteIt(sidecar.addresses[0] ?? '')
  const status = sidecar.adminAddresses[0] === undefined ? undefined : asCallersWriteIt(sidecar.adminAddresses[0]).url
  const sandboxUrl = asCallersWriteIt(sandbox.addresses[0] ?? '').url
  const where = { ...own, status, sandbox: sandboxUrl, file: config.callersFile, trail: config.auditDir }
  const ended = runUntilSignal(
    async () => {
      await sidecar.stop()
      await sandbox.stop()
    },
    (error) => logger.fatal({ err: error }, 'internal error'),
    sidecar.quitRequested,
  )
  // After signals are handled: a reader of this text may send one at once, and the callers file must be removed then.
  const employeeId = inventPeople()[0]?.id ?? ''
  process.stdout.write(`${inLanguage(terminal, () => introduction(where, made, employeeId))}\n`)
  return ended
}

/** If the sidecar cannot be made, the sandbox is stopped too. */
async function orStop<Made>(sandbox: { stop(): Promise<void> }, make: () => Made | Promise<Made>): Promise<Made> {
  try {
    return await make()
  } catch (error) {
    await sandbox.stop()
    throw error
  }
}

/** Undefined if no file can be written, as in a read-only container. */
function tryToMakeFolder(logger: Logger): string | undefined {
  try {
    return makeTemporaryFolder(join(tmpdir(), 'catapa-demo-'))
  } catch (err) {
    const missing = 'so this demo knows no callers by name and keeps no audit trail'
    logger.warn({ err }, `there is no folder for temporary files, ${missing}`)
    return undefined
  }
}

/** An audit trail in the demo's own folder, and the guard against repeats, unless a trail is set. */
function withTrail(config: Config, folder: string | undefined): Config {
  if (folder === undefined || config.auditDir !== undefined) return config
  return { ...config, auditDir: join(folder, 'audit'), auditKeyFile: join(folder, 'audit.key'), repeats: 'guard' }
}

/** @throws ConfigError, ListenError, AddressTakenError */
async function startInFront(config: Config, logger: Logger): Promise<Sidecar> {
  const callers = readCallers(config)
  if (callers !== undefined) logCallers(callers, logger)
  return startSidecar(config, logger, { callers }).catch((error) => rethrowWithHolder(error, config))
}

/** The address as a program of this machine writes it, and the curl options that it needs. */
function asCallersWriteIt(address: string): { url: string; curl: string } {
  const file = /^unix:(.*)/.exec(address)?.[1]
  if (file !== undefined) return { url: 'http://localhost', curl: `curl -s --unix-socket ${file}` }
  return { url: callersUrl(address), curl: 'curl -s' }
}

type Where = { url: string; curl: string; sandbox: string } & Record<'status' | 'file' | 'trail', string | undefined>

function introduction(where: Where, callers: DemoCallers | undefined, employeeId: string): string {
  const { url, curl, trail } = where
  const list = `${curl} "${url}/core/v1/employees?size=2"`
  const payslip = `${curl} -o payslip.pdf -X POST "${url}/core/v1/employees/${employeeId}/payslip"`
  const parts = [
    callers === undefined ? '' : whatCallersMay(where, callers, employeeId),
    trail === undefined ? '' : demoWords().whoGivesUp(impatience(where, employeeId)),
    trail === undefined ? '' : whoDidWhat(trail),
  ]
  return demoWords().introduction(where, [list, payslip], parts.join(''))
}

function whatCallersMay({ url, curl }: Where, { exportKey, clockKey }: DemoCallers, employeeId: string): string {
  return demoWords().whatCallersMay([
    `${curl} -u export:${exportKey} "${url}/core/v1/employees?size=2"`,
    `${curl} -u export:${exportKey} -X DELETE "${url}/core/v1/employees"`,
    `${curl} -u time-clock:${clockKey} -X POST "${url}/core/v1/employees/${employeeId}/payslip"`,
  ])
}

/** Commands that give up too early and repeat a write. */
function impatience({ url, curl, sandbox }: Where, employeeId: string): string[] {
  return [
    `curl -s -X PATCH "${sandbox}/sandbox/faults" -d '{"latencyMs":3000}'`,
    `${curl} -X PUT --max-time 2 --retry 3 --json '{"employeeId":"${employeeId}","amount":500000}' "${url}/core/v1/salary-item-add-on/add"`,
    `php -r '$c = curl_init("${url}/core/v1/salary-item-add-on/add"); curl_setopt_array($c, [CURLOPT_CUSTOMREQUEST => "PUT", CURLOPT_TIMEOUT => 2, CURLOPT_POSTFIELDS => json_encode(["employeeId" => "${employeeId}", "amount" => 250000]), CURLOPT_HTTPHEADER => ["Content-Type: application/json"]]); while (!curl_exec($c)) sleep(1);'`,
    `curl -s -X DELETE "${sandbox}/sandbox/faults"`,
    `${curl} "${url}/core/v1/salary-item-add-on"`,
  ]
}

function whoDidWhat(trail: string): string {
  const program = asItWasCalled()
  return demoWords().whoDidWhat([
    `${program} audit show ${shellWord(trail)}`,
    `${program} audit verify ${shellWord(trail)}`,
  ])
}

/** The command to print: a checkout (`npm run demo`) has no command `catapa-sidecar`. */
function asItWasCalled(): string {
  const [, file = ''] = process.argv
  if (basename(file) !== 'cli.js') return 'catapa-sidecar'
  const below = relative(process.cwd(), file)
  return `node ${shellWord(below.startsWith('..') ? file : below)}`
}
