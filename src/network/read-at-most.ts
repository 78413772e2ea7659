/**
 * Reads at most `bytes` of the body of an answer; a longer body, perhaps endless, costs the sender the connection.
 *
 * @returns the text that was read, and whether it is the whole body
 */
export async function readAtMost(
  body: AsyncIterable<unknown>,
  bytes: number,
): Promise<{ text: string; complete: boolean }> {
  const chunks: Buffer[] = []
  let read = 0
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue
    chunks.push(chunk)
    read += chunk.length
    if (read > bytes) break // Leaving the loop closes the connection.
  }
  return { text: Buffer.concat(chunks, Math.min(read, bytes)).toString(), complete: read <= bytes }
}
