import { words } from '../words/language.ts'

/** What is wrong with a file that a setting names; what names no file follows one. */
export const textFileWords = words('textFileWords', {
  missing: 'does not exist',
  folder: 'is a folder, not a file',
  forbidden: 'may not be read by this user',
  noFile: 'is neither a file nor a link to one',
  tooLarge: 'is larger than 1 MiB',
  noText: 'is neither UTF-8 nor UTF-16 with a byte order mark',
  unreadable: (code: string) => `cannot be read (${code})`,
  /** @param path undefined where it may not be shown */
  named: (variable: string, path: string | undefined) =>
    path === undefined ? `the file of ${variable}` : `the file ${path} of ${variable}`,
  empty: (named: string) => `${named} is empty`,
  noCertificate: (named: string) => `${named} should have PEM certificates, "-----BEGIN CERTIFICATE-----", in it`,
  cutCertificate: (named: string) => `${named} has a certificate that does not end`,
  badCertificate: (named: string, number: number) => `certificate ${number} in ${named} cannot be read`,
})
