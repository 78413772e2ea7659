import { codeOf } from '../files/errno.ts'

/** Ignores a reader that closes the pipe early, as `head` does: the rest of the output is dropped. @returns the stream */
export function mayClose(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', (error) => {
    if (codeOf(error) !== 'EPIPE') throw error
  })
}
