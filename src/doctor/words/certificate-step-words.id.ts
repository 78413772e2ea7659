import { learn } from '../../words/language.ts'
import type { certificateStepWords } from './certificate-step-words.ts'

learn<typeof certificateStepWords>('certificateStepWords', {
  halfSet: 'hanya salah satu dari SIDECAR_TLS_CERT_FILE dan SIDECAR_TLS_KEY_FILE yang diisi',
  setBoth: 'Isi keduanya, atau kosongkan keduanya.',
  none: 'tidak ada sertifikat',
  goesOn:
    'Letakkan file yang saling cocok di sana. Sidecar yang berjalan tetap memakai file sebelumnya, tetapi tidak akan dapat dimulai lagi.',
  pair: ({ cert, names, issuer, until, left, key, clientCa }) =>
    `file ${cert}, ${names === '' ? 'tanpa nama' : `untuk ${names}`}${issuer === '' ? '' : `, diterbitkan oleh ${issuer}`}, berlaku sampai ${until}, ${left} lagi; kunci ${key}${clientCa === undefined ? '' : `, pemanggil dipercaya menurut CA di ${clientCa}`}`,
  usesOther: 'sidecar yang berjalan memakai sertifikat lain, yang dibaca sebelumnya; perubahan berlaku dalam 5 detik',
})
