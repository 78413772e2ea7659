import closeWithGrace from 'close-with-grace'
import { exitStatus } from '../problems/exit-status.ts'

/** JavaScript must not take these: the process has to die of them, so that it is started again. */
const crashes = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const

/**
 * Waits for SIGTERM, SIGINT or `quitRequested`, then for `stop`. A second signal ends at once, with 0 as well: the grace was cut, which
 * is no failure. What nobody caught ends with 70, after `stop`; what goes wrong in `stop`, or is not caught meanwhile, ends it with 70
 * at once.
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
