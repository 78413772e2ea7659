import { readFileSync } from 'node:fs'

const signals: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGBREAK', 'SIGHUP']
    : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']

type Listener = (signal: NodeJS.Signals) => void

/**
 * Handles every signal that can be passed on, for the rest of the process's life; `to` sets the listener of the next ones.
 */
export function routeSignals(): { to(listener: Listener): void } {
  let listener: Listener = () => {}
  const route: Listener = (signal) => listener(signal)
  for (const signal of signals) process.on(signal, route)
  return {
    to(next) {
      listener = next
    },
  }
}

/**
 * Whether the child has certainly got the signal as well. Ctrl-C and Ctrl-\ go to every process in the foreground of the
 * terminal; passing them on would look like a second Ctrl-C, at which many programs drop everything. Windows sends its
 * signals to every process of the console.
 */
export function reachedChildToo(signal: NodeJS.Signals): boolean {
  if (process.platform === 'win32') return true
  if (signal !== 'SIGINT' && signal !== 'SIGQUIT') return false
  return inForeground() ?? [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY === true)
}

/** Whether this process group is the one in the foreground of its terminal (proc_pid_stat(5)); undefined without /proc. */
function inForeground(): boolean | undefined {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    // After the name, which may hold anything: state, parent, process group, session, terminal, its foreground group.
    const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return terminal !== '0' && group === foreground
  } catch {
    return undefined
  }
}
