/** Prints on standard output. A reader that has seen enough, as `head` has, is no failure. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.once('error', (error) => (Reflect.get(error, 'code') === 'EPIPE' ? resolve() : reject(error)))
    process.stdout.write(text, () => resolve())
  })
}
