import { words } from '../words/language.ts'

/** Which users could change a file. */
export const accessWords = words('accessWords', {
  group: 'its group',
  everyone: 'every user of this machine',
  otherOwner: (path: string, uid: number) => `${path} belongs to another user (uid ${uid})`,
  writableBy: (path: string, writers: string) => `${path} can be written by ${writers}`,
})
