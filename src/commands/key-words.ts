import { words } from '../words/language.ts'

export const keyWords = words('keyWords', {
  /** Below the key and its line of a callers file. */
  remarks: `The first line is the key, for the calling program alone. The second belongs in that program's section of the callers file.
Nothing is stored: the key cannot be shown again.
`,
})
