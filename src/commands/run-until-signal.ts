import closeWithGrace from 'close-with-grace'
import { exitStatus } from '../problems/exit-status.ts'

/** JavaScript must not handle these: the process has to die of them, so that it is started again. */
const crashes = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const

/**
 * Waits for SIGTERM, SIGINT or `quitRequested`, then for `stop`. A second signal ends at once, also with 0: a shorter grace is no
 * failure. An uncaught error ends with 70, after `stop`; an error in `stop`, or an uncaught one during it, ends with 70 at once.
 */
export function runUntilSignal(
  stop: () => Promise<void>,
  fatal: (error: unknown) => void,
  quitRequested?: Promise<void>,
): Promise<never> {
  function fail(error: unknown): never {
    fatal(error)
    process.exit(exitStatus.internal)
  }

  let failed = false
  const status = () => (failed ? exitStatus.internal : exitStatus.fine)
  return new Promise(() => {
    const { close } = closeWithGrace(
      {
        delay: false,
        logger: undefined,
        skip: [...crashes],
        onSecondSignal: () => process.exit(status()),
        onSecondError: fail,
      },
      async ({ err }: { err?: Error }) => {
        failed = err !== undefined
        if (failed) fatal(err)
        await stop().catch(fail)
        process.exit(status())
      },
    )
    quitRequested?.then(close)
  })
}
