import { learn } from '../../words/language.ts'
import type { diskReasons } from './disk-reasons.ts'

learn<typeof diskReasons>('diskReasons', {
  ENOSPC: 'disk penuh',
  EDQUOT: 'jatah disk pengguna ini penuh',
  EROFS: 'disk hanya dapat dibaca',
  EACCES: 'pengguna ini tidak boleh menulis di sana',
  EPERM: 'pengguna ini tidak boleh menulis di sana',
  ENOTDIR: 'itu bukan folder',
  EEXIST: 'itu bukan folder',
  ENOENT: 'folder itu tidak ada dan tidak dapat dibuat',
  EIO: 'disk mengalami kesalahan',
})
