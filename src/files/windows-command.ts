import { win32 } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Arguments of `spawn`. `verbatim`: `args` is a finished command line. */
export type SpawnCommand = { file: string; args: readonly string[]; verbatim: boolean }

/**
 * How a command is started on Windows: a `.cmd` or `.bat` file through cmd.exe, which alone can run it; any other program
 * directly.
 *
 * @throws Error for an argument that cannot be handed to a batch file
 */
export function windowsCommand(
  file: string,
  args: readonly string[],
  environment: Environment,
  isFile: (path: string) => boolean,
): SpawnCommand {
  const found = findOnWindows(file, environment, isFile)
  if (found === undefined || !/\.(cmd|bat)$/i.test(found)) return { file: found ?? file, args, verbatim: false }
  const shell = variable(environment, 'COMSPEC') ?? 'cmd.exe'
  return { file: shell, args: ['/e:ON', '/v:OFF', '/d', '/c', batchCommandLine(found, args)], verbatim: true }
}

/** Looks where Windows does: here, then along PATH, each with the endings of PATHEXT. */
export function findOnWindows(
  file: string,
  environment: Environment,
  isFile: (path: string) => boolean,
): string | undefined {
  const endings = (variable(environment, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';')
  const names = [...(win32.extname(file) === '' ? [] : [file]), ...endings.map((ending) => file + ending)]
  const hasFolder = /[\\/:]/.test(file)
  const folders = ['', ...(hasFolder ? [] : (variable(environment, 'PATH') ?? '').split(';'))]
  for (const folder of folders) {
    for (const name of names) {
      const path = folder === '' ? name : win32.join(folder.replaceAll('"', ''), name)
      if (isFile(path)) return path
    }
  }
  return undefined
}

function variable(environment: Environment, name: string): string | undefined {
  return Object.entries(environment).find(([known]) => known.toUpperCase() === name)?.[1] || undefined
}

/**
 * The command line of `cmd.exe /e:ON /v:OFF /d /c` for a batch file, in quotes of its own, as Rust's standard library
 * writes it since CVE-2024-24576.
 *
 * @throws Error for a line break, which would end the command
 */
export function batchCommandLine(script: string, args: readonly string[]): string {
  if (/["\r\n\0]/.test(script) || args.some((arg) => /[\r\n\0]/.test(arg))) {
    throw new Error('an argument of a .cmd or .bat file cannot have a line break')
  }
  return `"${[`"${script}"`, ...args.map(batchArgument)].join(' ')}"`
}

/**
 * One argument of a batch file. In quotes unless it is harmless; a quote is doubled, and so are the backslashes before it, which
 * would escape it otherwise; a variable that is always empty keeps `%` from naming one.
 */
export function batchArgument(arg: string): string {
  const escaped = arg.replace(/(\\*)"/g, '$1$1""').replaceAll('%', '%%cd:~,%')
  if (/^[\w#$*+\-./:?@\\\u00A0-\uFFFF]+$/.test(arg) && !arg.endsWith('\\')) return escaped
  return `"${escaped.replace(/\\+$/, '$&$&')}"`
}
