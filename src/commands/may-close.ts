import { codeOf } from '../files/errno.ts'

/** A reader that has seen enough, as `head` has, is no failure: what it does not want is dropped. @returns the stream */
export function mayClose(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', (error) => {
    if (codeOf(error) !== 'EPIPE') throw error
  })
}
