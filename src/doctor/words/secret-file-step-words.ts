import { words } from '../../words/language.ts'

export const secretFileStepWords = words('secretFileStepWords', {
  noSecret: 'not tried, because there is no client secret',
  fromProgram: (program: string) => `none: ${program} prints the secret`,
  inEnvironment: (beaten: string | undefined) =>
    `in the environment${beaten === undefined ? '' : `, which wins over ${beaten}`}, no file`,
  /** The subjects of a flaw. */
  configFile: (path: string | undefined) => `in the --config file ${path}`,
  file: (path: string) => `the file ${path}`,
  fileOf: (variable: string) => `the file of ${variable}`,
  setting: (variable: string, inConfig: boolean) =>
    `${variable}, ${inConfig ? 'in the --config file' : 'in the environment'},`,
  setPath: (variable: string) => `Set ${variable} to the path of the file.`,
  warning: (sentence: string) => `note: ${sentence}`,
  byteOrderMark: 'its byte order mark is left out',
  /** Flaws (`is` follows a subject), and their remedies. */
  wholeLine: { is: 'is a whole line NAME=value', remedy: 'Leave only the secret itself there.' },
  nul: {
    is: 'contains NUL characters',
    remedy: 'Save it as UTF-8: it seems to be UTF-16 without a byte order mark.',
  },
  lines: { is: 'has more than one line', remedy: 'Leave one line, with the secret only.' },
  blanks: { is: 'has blanks around it', remedy: 'Remove the blanks before and after it.' },
  quoted: {
    is: 'is in quotation marks',
    remedy: 'Remove the quotation marks around it: they are sent to CATAPA as a part of the secret.',
  },
  unseen: { is: 'contains characters that cannot be seen', remedy: 'Type it, or copy it anew from CATAPA.' },
})
