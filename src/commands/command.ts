/** A parsed command line. */
export type CommandOptions = {
  configPath: string | undefined
  /** The command's own options, as parseArgs has read them. */
  own: Readonly<Record<string, unknown>>
  /** The words besides options. */
  operands: readonly string[]
  /** The words after `--`. */
  child: readonly string[]
}

/** Its words are in help-words.ts. */
export type Command = {
  /** Its own options, as `--help` writes them. */
  usage?: string
  /** Its own options, for parseArgs. */
  options?: Readonly<Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>>
  /** Takes the command of a child after `--`. */
  startsChild?: boolean
  /** Takes words besides options, and judges them itself. */
  takesWords?: boolean
  /** The owner of standard output, if that is not the command itself: then the command must not open the stream. */
  output?: 'log' | 'child'
} & (
  | { run: Run }
  | {
      subcommands: Readonly<Record<string, Run>>
      /** The one that is meant without a name. */
      usually?: string
    }
)

/** Loads the command when it runs, so that `--version` loads no web server. @returns the exit status */
type Run = (options: CommandOptions) => Promise<number>
