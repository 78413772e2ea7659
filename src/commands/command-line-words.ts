import { words } from '../words/language.ts'

/** What is wrong with a command line. `meant`: the end of the sentence, from `didYouMean`. */
export const commandLineWords = words('commandLineWords', {
  // They follow `catapa-sidecar COMMAND `.
  noSuchOption: (option: string, meant: string) => `has no option ${option}${meant}`,
  noValue: (option: string) => `takes ${option} without a value`,
  valueMissing: (option: string) => `wants a value after ${option}, as in ${option}=VALUE`,
  noChild: 'takes no --',
  childAfterDashes: 'takes the command to run after --',
  noArguments: 'takes no arguments',
  takes: (words: string) => `takes ${words}`,

  seeHelp: (command: string, flaw: string) => `${flaw}; see catapa-sidecar ${command} --help`,
  noSuchCommand: (name: string, meant: string) => `catapa-sidecar: there is no command ${name}${meant}`,
  seeAll: 'See catapa-sidecar --help.',
})
