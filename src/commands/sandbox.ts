import { createServer } from 'node:http'
import { listenOnAll } from '../network/listen.ts'
import { sandbox } from '../sandbox/app.ts'
import type { SandboxConfig } from '../settings/config.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { readSandboxConfig } from '../settings/read-config.ts'
import { forALog } from '../sidecar/for-a-log.ts'
import { inLanguage, language } from '../words/language.ts'
import { rethrowForSandbox } from './address-taken.ts'
import type { CommandOptions } from './command.ts'
import { runUntilSignal } from './run-until-signal.ts'
import { sandboxWords } from './sandbox-words.ts'

/** Runs the sandbox alone (design/promises 1.4). @throws ConfigError, ListenError, AddressTakenError */
export async function sandboxAlone({ configPath }: CommandOptions): Promise<number> {
  const terminal = language()
  const config = await forALog(() => readSandboxConfig(takeEnvironment(), configPath))
  const sandbox: StartedSandbox = await startSandbox(config).catch(rethrowForSandbox)
  const { tenant, clientId } = config
  const banner = () => sandboxWords().banner(sandbox.addresses.join('  '), tenant, clientId)
  process.stdout.write(inLanguage(terminal, banner))
  return runUntilSignal(sandbox.stop, (error) => process.stderr.write(`${String(error)}\n`))
}

type StartedSandbox = { addresses: readonly string[]; stop(): Promise<void> }

/** Starts the sandbox on its address, which is checked as carefully as the sidecar's own. @throws ListenError */
export async function startSandbox(config: SandboxConfig): Promise<StartedSandbox> {
  const app = sandbox(config)
  await app.ready()
  const { addresses, servers } = await listenOnAll([config.listen], () => {
    const server = createServer({ maxHeaderSize: 256 * 1024 }, app.routing)
    server.maxHeadersCount = 0 // The echo must leave nothing out.
    return server
  })
  return {
    addresses,
    async stop() {
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
      await app.close()
    },
  }
}
