// A reporter for node's test runner: the files in which a test failed, one a line.
type Happened = { type: string; data: { file?: string; nesting?: number } }

export default async function* failedFiles(source: AsyncIterable<Happened>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    if (type === 'test:fail' && data.file !== undefined) yield `${data.file}\n`
  }
}
