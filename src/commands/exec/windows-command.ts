import { win32 } from 'node:path'
import type { Environment } from '../../settings/environment.ts'

/** What `spawn` is called with. `verbatim`: the arguments are a command line already. */
export type SpawnCommand = { file: string; args: readonly string[]; verbatim: boolean }

/**
 * How a command is started on Windows: a `.cmd` or `.bat` file, which no program but cmd.exe can run, through it; any
 * other as it is.
 *
 * @throws Error for an argument that cannot be handed to a batch file
 */
export function windowsCommand(
  file: string,
  args: readonly string[],
  environment: Environment,
  isFile: (path: string) => boolean,
): SpawnCommand {
  const found = find(file, environment, isFile)
  if (found === undefined || !/\.(cmd|bat)$/i.test(found)) return { file: found ?? file, args, verbatim: false }
  const shell = variable(environment, 'COMSPEC') ?? 'cmd.exe'
  return { file: shell, args: ['/e:ON', '/v:OFF', '/d', '/c', batchCommandLine(found, args)], verbatim: true }
}

/** Looks where Windows does: here, then along PATH, each with the endings of PATHEXT. */
function find(file: string, environment: Environment, isFile: (path: string) => boolean): string | undefined {
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
 * One argument of a batch file. In quotes unless it is harmless; a quote is doubled, and the backslashes before it, which
 * else would escape it; `%` is kept from naming a variable by one that is always empty.
 */
export function batchArgument(arg: string): string {
  const escaped = arg.replace(/(\\*)"/g, '$1$1""').replaceAll('%', '%%cd:~,%')
  if (/^[\w#$*+\-./:?@\\\u00A0-\uFFFF]+$/.test(arg) && !arg.endsWith('\\')) return escaped
  return `"${escaped.replace(/\\+$/, '$&$&')}"`
}
