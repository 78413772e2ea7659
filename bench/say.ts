/** What goes on, beside the result on stdout. */
export function tell(what: string): void {
  process.stderr.write(`${what}\n`)
}

export function fail(why: string): never {
  tell(`bench: ${why}`)
  process.exit(1)
}
