import { codeOf } from '../files/errno.ts'
import { exitStatus } from '../problems/exit-status.ts'

/** Ignores a reader that closes the pipe early, as `head` does: the rest of the output is dropped. @returns the stream */
export function mayClose(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', (error) => {
    if (codeOf(error) !== 'EPIPE') throw error
  })
}

/** Writes sentences of a command to standard error. @returns the exit status, which is that of wrong usage unless it is given */
export function complain(command: string, sentences: string, status: number = exitStatus.configuration): number {
  process.stderr.write(`catapa-sidecar ${command}: ${sentences}\n`)
  return status
}
