import { words } from '../../words/language.ts'

/** What exec says itself. `why`: a sentence or a clause. */
export const execWords = words('execWords', {
  noCommand: 'exec needs a command after --, for example: catapa-sidecar exec -- php job.php',
  waiting: (seconds: number) => `waiting for a token from CATAPA, ${seconds} s at most …`,
  notStarted: (file: string, why: string) => `${file} was not started: ${why}`,
  notFound: 'it was not found: check its name and PATH',
  mayNotBeExecuted: 'it may not be executed: check its mode',
  cannotBeExecuted: (why: string) => `it cannot be executed (${why})`,
  longPath: 'should be a shorter path: exec keeps its socket file there',
  noFolder: (code: string) => `should be a folder that this user can write (${code}): exec keeps its socket file there`,
})
