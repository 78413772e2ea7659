import { words } from '../../words/language.ts'

type Place = Readonly<{ path: string; link: boolean; file: string }>

const placeOf = ({ path, link, file }: Place) => `the ${link ? 'link' : 'folder'} ${path}, on the way to ${file},`

/** Who could change the callers file, and the `command` that ends it. */
export const openFileWords = words('openFileWords', {
  otherOwner: (path: string, uid: number, command: string) =>
    `${path} belongs to another user (uid ${uid}), who could let themselves in: ${command}`,
  writable: (path: string, writers: string, command: string) =>
    `${path} can be written by ${writers}, who could let themselves in: ${command}`,
  otherOwnerOnTheWay: (place: Place, uid: number, command: string) =>
    `${placeOf(place)} belongs to another user (uid ${uid}), who could lead to another file: ${command}`,
  writableOnTheWay: (place: Place, writers: string, command: string) =>
    `${placeOf(place)} can be written by ${writers}, who could put another file there: ${command}`,
})
