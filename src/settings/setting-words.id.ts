import { learn } from '../words/language.ts'
import type { settingWords } from './setting-words.ts'

learn<typeof settingWords>('settingWords', {
  shouldBe: (expected) => `harus berupa ${expected}`,
  required: (expected) => `wajib diisi: ${expected}`,
  placeholder: (expected) => `masih berisi teks contoh dari config.example.env; seharusnya ${expected}`,
  together: (others, where) => `diisi bersama ${others.join(' dan ')} di ${where}: pertahankan salah satunya`,
  inPlace: (problem, where) => `${problem} (di ${where})`,
  configFile: 'file --config',
  environment: 'environment',
  nul: 'memuat karakter NUL: teksnya dibaca dengan encoding yang salah',
  blanksAround: 'diawali atau diakhiri spasi atau ganti baris',
  controlCharacter: 'memuat ganti baris atau karakter kontrol lain',
  tenant: 'harus berupa karakter ASCII yang terlihat tanpa spasi, karena dikirim dalam header',
  clientId: 'harus berupa karakter ASCII',
  noProgram: 'menyebutkan program yang tidak ada: periksa nama program dan PATH',
  notExecutable: 'menyebutkan program yang tidak boleh dijalankan oleh pengguna ini: periksa hak aksesnya',
  tolerated: (name, problem) => `${name} ${problem}: diabaikan.`,
})
