import type { TestContext } from 'node:test'
import { settings } from './doctor.ts'
import { runCli } from './sidecar.ts'

/** `exec` at its end, its two outputs apart. */
export type Executed = { code: number | null; stdout: string; stderr: string }

/** Runs `exec -- command` with the settings of a client that the sandbox knows. */
export function startExec(
  t: TestContext,
  baseUrl: string,
  command: string[],
  env: Record<string, string> = {},
  options: string[] = [],
) {
  // Without the setting that the other tests need: exec has no admin listener unless it is asked for one.
  const { SIDECAR_LISTEN: _, SIDECAR_ADMIN_LISTEN: __, ...client } = settings(baseUrl)
  const running = runCli(t, ['exec', ...options, '--', ...command], { ...client, ...env })
  const text = { stdout: '', stderr: '' }
  running.child.stdout?.on('data', (chunk: Buffer) => {
    text.stdout += chunk.toString()
  })
  running.child.stderr?.on('data', (chunk: Buffer) => {
    text.stderr += chunk.toString()
  })
  const ended = async (): Promise<Executed> => {
    const { code } = await running.exit
    return { code, ...text }
  }
  return { ...running, ended }
}

export function exec(...args: Parameters<typeof startExec>): Promise<Executed> {
  return startExec(...args).ended()
}

/** A command that runs this script of Node. */
export function script(text: string): string[] {
  return [process.execPath, '-e', text]
}
