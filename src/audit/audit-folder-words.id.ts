import { learn } from '../words/language.ts'
import type { auditFolderWords } from './audit-folder-words.ts'

learn<typeof auditFolderWords>('auditFolderWords', {
  nothingAbove: 'folder di atasnya tidak ada; buat folder itu, atau sebutkan folder lain',
  noFolder: 'harus berupa folder, tetapi bukan folder',
  forbidden:
    'tidak boleh dibuat atau digunakan oleh pengguna ini; buat folder itu untuk pengguna ini saja (hak akses 0700), atau sebutkan folder lain',
  readOnly: 'tidak dapat dibuat: disk hanya dapat dibaca',
  nowhere: 'adalah link tanpa tujuan',
  otherOwner: (folder, uid) => `${folder} milik pengguna lain (uid ${uid}); jalankan sidecar sebagai pengguna tersebut`,
  tooOpen: (folder, mode, command) =>
    `${folder} mempunyai hak akses ${mode}, sehingga pengguna lain dapat membukanya; batasi hanya untuk pemiliknya: ${command}`,
})
