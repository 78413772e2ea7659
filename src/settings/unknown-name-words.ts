import { words } from '../words/language.ts'

/** What is said of names that are no settings: problems, which follow the name, and warnings. */
export const unknownNameWords = words('unknownNameWords', {
  almost: (candidate: string) => `is not a setting; did you mean ${candidate}?`,
  almostInLine: (candidate: string, line: number) =>
    `is not a setting (line ${line} of the --config file); did you mean ${candidate}?`,
  ignored: (name: string) => `${name} is set but is not a setting: it is ignored.`,
  ignoredInLine: (name: string, line: number) =>
    `${name} in line ${line} of the --config file is not a setting: it is ignored.`,
  ignoredLine: (line: number) => `Line ${line} of the --config file sets a name that is not a setting: it is ignored.`,
  inCallersFile: 'is not a setting: it belongs in the callers file, which SIDECAR_CALLERS_FILE names',
  notHere: 'is not in this version of catapa-sidecar: leave it out',
})
