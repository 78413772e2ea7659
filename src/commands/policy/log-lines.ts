import { encodingOf } from '../../settings/text-file.ts'

/** Above all that the sidecar writes of a request. */
const longestLine = 64 * 1024

/** The lines of a log, one after the other; undefined for one that is too long to be one of ours. */
export async function* logLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string | undefined> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let rest = ''
  let tooLong = false
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(encodingOf(chunk))
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      yield tooLong || line.length > longestLine ? undefined : line
      tooLong = false
    }
    if (rest.length > longestLine) {
      tooLong = true
      rest = ''
    }
  }
  if (tooLong) yield undefined
  else if (rest !== '') yield rest
}
