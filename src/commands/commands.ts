export type CommandOptions = { configPath: string | undefined }

type Command = {
  /** One line for `--help`. */
  summary: string
  /** The lines below it in `COMMAND --help`. */
  help: string
  /** Loads the command only now, so that `--version` need not load a web server. @returns the exit status */
  run(options: CommandOptions): Promise<number>
}

/** Every command (CONTRACT §1), in the order of `--help`. */
export const commands = {
  start: {
    summary: 'run the sidecar (also without a command)',
    help: `Accepts HTTP requests on SIDECAR_LISTEN (localhost:8228) and forwards them to CATAPA with Tenant and Authorization.
Needs CATAPA_TENANT, CATAPA_CLIENT_ID and CATAPA_CLIENT_SECRET, from the environment or from --config. Runs until
SIGTERM or Ctrl-C, then answers what it has accepted and ends with 0. It stays up whatever the token endpoint says.`,
    run: async (options) => (await import('./start.ts')).start(options),
  },
  demo: {
    summary: 'try it without credentials: a sandbox of CATAPA and a sidecar in front of it',
    help: `Starts both in one process and prints what to try. All data is invented. SIDECAR_… settings apply; no corporate
proxy is used.`,
    run: async (options) => (await import('./demo.ts')).demo(options),
  },
  sandbox: {
    summary: 'run the look-alike of CATAPA alone',
    help: `Listens on SANDBOX_LISTEN (localhost:8230). SANDBOX_TENANT, SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET,
SANDBOX_TOKEN_LIFETIME and SANDBOX_TOKEN_REUSE change what it expects and issues. All data is invented.`,
    run: async (options) => (await import('./sandbox.ts')).sandboxAlone(options),
  },
} satisfies Record<string, Command>

export type CommandName = keyof typeof commands

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name)
}
