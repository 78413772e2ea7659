import { learn } from '../words/language.ts'
import type { expectedWords } from './expected-words.ts'

/** Each completes "harus berupa …". */
learn<typeof expectedWords>('expectedWords', {
  oneOf: (choices) => `salah satu dari ${choices.join(', ')}`,
  oneOrSeveralOf: (choices) => `satu atau beberapa dari ${choices.join(', ')}`,
  trueOrFalse: 'true atau false',
  seconds: (least, most) => `jumlah detik, dari ${least} sampai ${most}, misalnya 2.5`,
  wholeNumber: (most) => `bilangan bulat dari 1 sampai ${most}`,
  file: 'path sebuah file',
  absoluteFile: 'path absolut sebuah file',
  absoluteFolder: 'path absolut sebuah folder',
  pemFile: 'path sebuah file PEM',
  caFile: 'path sebuah file PEM dengan sertifikat CA',
  tenant: 'kode tenant Anda, atau CATAPA_TENANT_FILE dengan path file yang memuatnya',
  clientId: 'id klien OAuth Anda, atau CATAPA_CLIENT_ID_FILE dengan path file yang memuatnya',
  clientSecret:
    'secret klien OAuth Anda, atau CATAPA_CLIENT_SECRET_FILE dengan path file yang memuatnya, atau CATAPA_CLIENT_SECRET_COMMAND dengan program yang mencetaknya',
  secretCommand: 'sebuah program dengan argumennya, atau array JSON dari semuanya',
  baseUrl: 'URL https:// tanpa user, path, query, atau fragment',
  endpointUrl: 'URL https:// tanpa user atau fragment',
  redirectUri: 'URL http:// atau https:// tanpa user atau fragment',
  scope: 'scope dari karakter ASCII yang terlihat tanpa tanda kutip dan garis miring terbalik, dipisahkan satu spasi',
  proxy:
    'URL http://host:port atau https://host:port, dengan user:password@ di depan host jika proxy itu memerlukannya',
  noProxy: 'nama, akhiran nama, host:port, atau *, dipisahkan koma atau spasi',
  listen:
    'localhost:port, IPv4:port, [IPv6]:port, salah satu dari ketiganya setelah tls:, atau unix:/path.sock,mode=0660; beberapa alamat dipisahkan spasi',
  adminListen:
    'off, atau localhost:port, IPv4:port, [IPv6]:port, atau unix:/path.sock,mode=0660; beberapa alamat dipisahkan spasi',
  sandboxListen: 'satu alamat, seperti di SIDECAR_LISTEN',
  allowedHosts: 'nama host tanpa skema, port, path, atau wildcard, dipisahkan spasi atau koma',
  allowedOrigins:
    'origin seperti https://app.example.com atau http://localhost:3000, tanpa path atau wildcard, dipisahkan spasi atau koma',
  repeatBody: 'ukuran dari 1 byte sampai 32MiB, misalnya 1MiB atau 500k',
  maxBody: 'ukuran, misalnya 100MiB, 500k, atau 1.5GB (0 berarti tanpa batas)',
  cacheUrl: 'redis://host:port atau rediss://host:port',
  heartbeatUrl: 'URL https:// tanpa fragment',
  visible: 'karakter ASCII yang terlihat tanpa spasi',
  sandboxRedirectUri: 'URL tanpa fragment',
  collector: 'URL yang diawali http:// atau https://',
  collectorHeaders:
    'pasangan name=value, dipisahkan koma dan ditulis dengan percent-encoding, yang dapat dikirim sebagai header',
  resourceAttributes: 'pasangan name=value, dipisahkan koma dan ditulis dengan percent-encoding',
  serviceName: 'sebuah nama',
  milliseconds: 'jumlah milidetik, dari 1 sampai 600000',
  protocol: 'http/json, karena itulah bentuk yang dikirim',
  ratio: 'angka dari 0 sampai 1',
  exporter: 'otlp atau none',
  propagators: 'tracecontext atau none',
})
