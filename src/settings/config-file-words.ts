import { words } from '../words/language.ts'

/** What is wrong with the lines of the `--config` file. */
export const configFileWords = words('configFileWords', {
  inLine: (line: number, flaw: string) => `line ${line} ${flaw}`,
  ofShell: 'is for a shell: leave out "export"',
  noPair: 'should be NAME=value, or begin with #',
  noName: 'has no proper name before the "="',
  sameName: (line: number, earlier: number) => `line ${line} sets the same name as line ${earlier}: keep one of them`,
})
