/**
 * Reads the body of an answer, `bytes` of it at most: whoever sends more, perhaps without end, loses the connection.
 *
 * @returns what was read as text, and whether that is all of it
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
