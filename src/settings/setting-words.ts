import { words } from '../words/language.ts'

/** What is wrong with how a setting is given. Each problem follows the setting's name. */
export const settingWords = words('settingWords', {
  shouldBe: (expected: string) => `should be ${expected}`,
  required: (expected: string) => `required: ${expected}`,
  placeholder: (expected: string) => `is still the placeholder of config.example.env; it should be ${expected}`,
  together: (others: readonly string[], where: string) =>
    `is set together with ${others.join(' and ')} in ${where}: keep one of them`,
  inPlace: (problem: string, where: string) => `${problem} (in ${where})`,
  configFile: 'the --config file',
  environment: 'the environment',
  nul: 'contains a NUL character: its text was read in the wrong encoding',
  blanksAround: 'has blanks or line breaks around it',
  controlCharacter: 'contains a line break or another control character',
  tenant: 'should be visible ASCII characters without blanks, since it is sent in a header',
  clientId: 'should be ASCII characters',
  noProgram: 'names a program that is not there: check its name and PATH',
  notExecutable: 'names a program that may not be executed by this user: check its mode',
  tolerated: (name: string, problem: string) => `${name} ${problem}: it is ignored.`,
})
