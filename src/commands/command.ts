/** What the command line said. */
export type CommandOptions = {
  configPath: string | undefined
  /** The command's own options, as parseArgs has read them. */
  own: Readonly<Record<string, unknown>>
  /** The words that are no options, of a command that takes some. */
  operands: readonly string[]
  /** The words after `--`. */
  child: readonly string[]
}

export type Command = {
  /** One line for `--help`. */
  summary: string
  /** How its own options are written, for `--help`. */
  usage?: string
  /** Its own options, for parseArgs. */
  options?: Readonly<Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>>
  /** Takes words beside its options. */
  takesOperands?: boolean
  /** Takes the command of a child after `--`. */
  startsChild?: boolean
  /** Whose its standard output is, where it is neither printed on nor to be opened by it. */
  output?: 'log' | 'child'
  /** The lines below it in `COMMAND --help`. */
  help: string
  /** Loads the command only now, so that `--version` need not load a web server. @returns the exit status */
  run(options: CommandOptions): Promise<number>
}
