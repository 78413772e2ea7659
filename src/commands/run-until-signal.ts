import closeWithGrace from 'close-with-grace'
import { exitStatus } from './exit-status.ts'

/**
 * Waits for SIGTERM, SIGINT or `quitRequested`, then for `stop`. A second signal ends at once, with 0 as well: the grace was cut, which
 * is no failure. What nobody caught ends with 70, after `stop`.
 */
export function runUntilSignal(
  stop: () => Promise<void>,
  fatal: (error: unknown) => void,
  quitRequested?: Promise<void>,
): Promise<never> {
  return new Promise(() => {
    const { close } = closeWithGrace(
      { delay: false, logger: undefined, onSecondSignal: () => process.exit(exitStatus.fine) },
      async ({ err }: { err?: Error }) => {
        if (err) fatal(err)
        await stop()
        process.exit(err ? exitStatus.internal : exitStatus.fine)
      },
    )
    quitRequested?.then(close)
  })
}
