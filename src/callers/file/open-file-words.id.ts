import { learn } from '../../words/language.ts'
import type { openFileWords } from './open-file-words.ts'

const placeOf = ({ path, link, file }: Readonly<{ path: string; link: boolean; file: string }>) =>
  `${link ? 'link' : 'folder'} ${path}, di jalan menuju ${file},`

learn<typeof openFileWords>('openFileWords', {
  otherOwner: (path, uid, command) =>
    `${path} milik pengguna lain (uid ${uid}), yang dapat memberi akses kepada dirinya sendiri: ${command}`,
  writable: (path, writers, command) =>
    `${path} dapat ditulis oleh ${writers}, yang dapat memberi akses kepada dirinya sendiri: ${command}`,
  otherOwnerOnTheWay: (place, uid, command) =>
    `${placeOf(place)} milik pengguna lain (uid ${uid}), yang dapat mengarahkannya ke file lain: ${command}`,
  writableOnTheWay: (place, writers, command) =>
    `${placeOf(place)} dapat ditulis oleh ${writers}, yang dapat menaruh file lain di sana: ${command}`,
})
