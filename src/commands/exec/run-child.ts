import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { errorCode } from '../../files/errno.ts'
import { isFile } from '../../files/find-program.ts'
import { type SpawnCommand, windowsCommand } from '../../files/windows-command.ts'
import { execWords } from './exec-words.ts'

/** A running child. */
export type Child = {
  kill(signal: NodeJS.Signals): void
  /** The exit status as a shell would say it, once the child has ended. */
  ended: Promise<ChildEnded>
}

/** `whyNot`: why it was not started, in the language of the moment. */
export type ChildEnded = Readonly<{ status: number; whyNot?: () => string }>

/** Starts a program with this process's own standard streams. Never throws: a failure is told by a shell's exit status. */
export function runChild(file: string, args: readonly string[], env: Record<string, string>): Child {
  let child: ChildProcess
  try {
    const command: SpawnCommand =
      process.platform === 'win32' ? windowsCommand(file, args, env, isFile) : { file, args, verbatim: false }
    child = spawn(command.file, command.args, {
      stdio: 'inherit',
      env,
      windowsVerbatimArguments: command.verbatim,
    })
  } catch (error) {
    return { kill() {}, ended: Promise.resolve(notStarted(error)) }
  }
  const ended = new Promise<ChildEnded>((resolve) => {
    child.once('error', (error) => resolve(notStarted(error)))
    child.once('exit', (code, signal) => resolve({ status: code ?? 128 + (signal ? constants.signals[signal] : 0) }))
  })
  return { kill: (signal) => child.kill(signal), ended }
}

/** 127 and 126 as in POSIX's sh (XCU 2.8.2). */
function notStarted(error: unknown): ChildEnded {
  const code = errorCode(error)
  if (code === 'ENOENT' || code === 'ERR_INVALID_ARG_VALUE') {
    return { status: 127, whyNot: () => execWords().notFound }
  }
  if (code === 'EACCES' || code === 'EPERM') return { status: 126, whyNot: () => execWords().mayNotBeExecuted }
  const why = code ?? (error instanceof Error ? error.message : String(error))
  return { status: 126, whyNot: () => execWords().cannotBeExecuted(why) }
}
