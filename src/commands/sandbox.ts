import { takeEnvironment } from '../settings/environment.ts'
import { readSandboxConfig } from '../settings/read-config.ts'
import { rethrowForSandbox } from './address-taken.ts'
import type { CommandOptions } from './command.ts'
import { runUntilSignal } from './run-until-signal.ts'
import { type StartedSandbox, startSandbox } from './start-sandbox.ts'

/** Runs the sandbox alone (design/promises 1.4). @throws ConfigError, ListenError, AddressTakenError */
export async function sandboxAlone({ configPath }: CommandOptions): Promise<number> {
  const config = readSandboxConfig(takeEnvironment(), configPath)
  const sandbox: StartedSandbox = await startSandbox(config).catch(rethrowForSandbox)
  process.stdout.write(`A sandbox of CATAPA with invented data, for tests: not CATAPA.

  address        ${sandbox.addresses.join('  ')}
  tenant         ${config.tenant}
  client id      ${config.clientId}
  client secret  as set in SANDBOX_CLIENT_SECRET (demo-secret by default)

Ctrl-C ends it.
`)
  return runUntilSignal(sandbox.stop, (error) => process.stderr.write(`${String(error)}\n`))
}
