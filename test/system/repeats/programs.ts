// Programs that give up after a second and repeat a POST, as their users write them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Package } from '../../support/programs.ts'
import { root } from '../../support/sidecar.ts'

export type Repeating = Readonly<{
  name: string
  needs: Package[]
  /** What makes it give up and repeat, for people. */
  givesUp: string
  /** It waits for ever; its connection is cut once CATAPA has its write. */
  isCut?: boolean
  /** Name and text of a file to be compiled. */
  source?: readonly [name: string, text: string]
  /** How it is run, with the address of the write. `folder` has what was compiled. */
  command: (url: string, folder: string) => string[]
}>

const json = '{"a":1}'
/** More than needed: on a busy machine a second is short. */
const tries = 9
const image = join(root, 'src/admin/page/icon.svg')

/** The example of docs/repeats.md, with the address of a test. */
function phpExample(url: string): string {
  const [, code = ''] = /```php\n([^`]+)```/.exec(readFileSync(join(root, 'docs/repeats.md'), 'utf8')) ?? []
  return code.replace(/http:[^']*/, url)
}

const php = (code: string) => (url: string) => ['php', '-r', code, '--', url]

const fileGetContents = php(`
$context = stream_context_create(['http' => [
  'method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => '${json}', 'timeout' => 1]]);
for ($try = 1; $try <= ${tries}; $try++) {
  $answer = @file_get_contents($argv[1], false, $context);
  if ($answer !== false) break;
  sleep(1);
}
echo $answer;`)

/** PHP that uploads with one handle, or makes it anew for each try, as in a function of its own. */
const phpUpload = (isMadeOnce: boolean) =>
  php(`
function upload($url) {
  $curl = curl_init($url);
  curl_setopt_array($curl, [CURLOPT_POSTFIELDS => ['file' => new CURLFile('${image}')], CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 1]);
  return $curl;
}
$curl = upload($argv[1]);
for ($try = 1; $try <= ${tries}; $try++) {
  $answer = curl_exec($curl);
  if ($answer !== false) break;
  ${isMadeOnce ? '' : '$curl = upload($argv[1]);'}
  sleep(1);
}
echo $answer;`)

/** Debian's, which has Debian's modules; another may come first on PATH. */
const python = (code: string) => (url: string) => ['/usr/bin/python3', '-c', code, url]

/** Python that tries `call` until it gives an answer. */
const pythonLoop = (modules: string, call: string, error: string, before = '') =>
  python(`
import sys, time, ${modules}
url = sys.argv[1]
${before}
for attempt in range(${tries}):
    try:
        print(${call})
        break
    except ${error}:
        time.sleep(1)`)

const urllib3Retry = (call: string) =>
  python(`
import sys, requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry
session = requests.Session()
session.mount('http://', HTTPAdapter(max_retries=Retry(total=${tries}, backoff_factor=1, allowed_methods=None)))
print(session.post(sys.argv[1], ${call}, timeout=1).text)`)

const curl =
  (...body: string[]) =>
  (url: string) => ['curl', '-sS', '--retry', `${tries}`, '--max-time', '1', '--retry-all-errors', ...body, url]

/** Node that tries `call` until it gives an answer. */
const node = (call: string) => (url: string) => [
  process.execPath,
  '-e',
  `
const url = process.argv[1]
const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '${json}' }
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const late = () => rest(1000).then(() => { throw new Error('too late') })
const go = async () => {
  for (let attempt = 1; attempt <= ${tries}; attempt++) {
    const answer = await ${call}.then((response) => response.text(), () => rest(1000))
    if (answer !== undefined) return console.log(answer)
  }
}
go().then(() => process.exit())`,
  url,
]

const perl = (options: string) => (url: string) => [
  'perl',
  '-MLWP::UserAgent',
  '-e',
  `
my $agent = LWP::UserAgent->new(timeout => 1${options});
my $answer;
for my $try (1 .. ${tries}) {
  $answer = $agent->post($ARGV[0], 'Content-Type' => 'application/json', Content => '${json}');
  last if $answer->is_success;
  sleep 1;
}
print $answer->content;`,
  url,
]

const urlConnection = (name: string, timeOut: string) =>
  [
    `${name}.java`,
    `
import java.net.*;

public class ${name} {
  public static void main(String[] args) throws Exception {
    for (int attempt = 1; attempt <= ${tries}; attempt++) {
      try {
        HttpURLConnection connection = (HttpURLConnection) new URL(args[0]).openConnection();
        ${timeOut}
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.getOutputStream().write("{\\"a\\":1}".getBytes("UTF-8"));
        System.out.println(new String(connection.getInputStream().readAllBytes(), "UTF-8"));
        return;
      } catch (SocketTimeoutException error) {
        Thread.sleep(1000);
      }
    }
  }
}`,
  ] as const

const httpClient = (name: string, send: string, option = '') =>
  [
    `${name}.java`,
    `
import java.net.URI;
import java.net.http.*;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

public class ${name} {
  public static void main(String[] args) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(URI.create(args[0]))${option}
      .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString("{\\"a\\":1}")).build();
    for (int attempt = 1; attempt <= ${tries}; attempt++) {
      try {
        System.out.println(client.${send}.body());
        System.exit(0); // The client's own threads would linger.
      } catch (Exception error) {
        Thread.sleep(1000);
      }
    }
  }
}`,
  ] as const

const java = (name: string) => (url: string, folder: string) => [
  'java',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xshare:auto',
  '-cp',
  folder,
  name,
  url,
]

const webRequest = `
using System; using System.IO; using System.Net; using System.Text; using System.Threading;

public static class WebRequestProgram {
  public static void Main(string[] args) {
    for (int attempt = 1; attempt <= ${tries}; attempt++) {
      try {
        HttpWebRequest request = (HttpWebRequest)WebRequest.Create(args[0]);
        request.Timeout = 1000;
        request.Method = "POST";
        request.ContentType = "application/json";
        byte[] body = Encoding.UTF8.GetBytes("{\\"a\\":1}");
        using (Stream stream = request.GetRequestStream()) stream.Write(body, 0, body.Length);
        using (WebResponse answer = request.GetResponse())
          Console.WriteLine(new StreamReader(answer.GetResponseStream()).ReadToEnd());
        Environment.Exit(0); // To return from Main waits for Mono's thread pool.
      } catch (WebException) {
        Thread.Sleep(1000);
      }
    }
  }
}`

const javaNeeds: Package[] = ['default-jdk-headless']
const files = "files={'file': ('a.png', b'png')}"

export const programs: readonly Repeating[] = [
  {
    name: 'PHP curl extension',
    needs: ['php-cli', 'php-curl'],
    givesUp: '`CURLOPT_TIMEOUT`, a loop',
    command: (url) => ['php', '-r', phpExample(url)],
  },
  {
    name: 'PHP `file_get_contents`',
    needs: ['php-cli'],
    givesUp: '`timeout` of the stream context, a loop',
    command: fileGetContents,
  },
  {
    name: 'Python requests',
    needs: ['python3-requests'],
    givesUp: '`timeout=1`, a loop',
    command: pythonLoop('requests', `requests.post(url, json={'a': 1}, timeout=1).text`, 'requests.Timeout'),
  },
  {
    name: 'Python requests with urllib3 `Retry`',
    needs: ['python3-requests'],
    givesUp: '`timeout=1`, `Retry(allowed_methods=None)`',
    command: urllib3Retry(`json={'a': 1}`),
  },
  {
    name: 'Python httpx',
    needs: ['python3-httpx'],
    givesUp: '`timeout=1`, a loop with one `Client`',
    command: pythonLoop(
      'httpx',
      `client.post(url, json={'a': 1}).text`,
      'httpx.TimeoutException',
      'client = httpx.Client(timeout=1)',
    ),
  },
  {
    name: 'Python `urllib`',
    needs: ['python3'],
    givesUp: '`timeout=1`, a loop',
    command: pythonLoop(
      'urllib.request',
      'urllib.request.urlopen(request, timeout=1).read().decode()',
      'OSError',
      `request = urllib.request.Request(url, b'${json}', {'Content-Type': 'application/json'})`,
    ),
  },
  {
    name: 'curl',
    needs: ['curl'],
    givesUp: '`--retry`, `--max-time 1`, `--retry-all-errors`',
    command: curl('--json', json),
  },
  {
    name: 'wget',
    needs: ['wget'],
    givesUp: '`--timeout=1`, `--tries`',
    command: (url) => ['wget', '-qO-', '--timeout=1', `--tries=${tries}`, `--post-data=${json}`, url],
  },
  {
    name: 'Java `HttpURLConnection`',
    needs: javaNeeds,
    givesUp: '`setReadTimeout`, a loop',
    source: urlConnection('Patient', 'connection.setReadTimeout(1000);'),
    command: java('Patient'),
  },
  {
    name: 'Java `HttpURLConnection`, by itself',
    needs: javaNeeds,
    givesUp: '`sun.net.http.retryPost`, no time-out',
    isCut: true,
    source: urlConnection('ByItself', ''),
    command: java('ByItself'),
  },
  {
    name: 'Java `java.net.http`',
    needs: javaNeeds,
    givesUp: '`timeout`, a loop',
    source: httpClient(
      'Client',
      'send(request, HttpResponse.BodyHandlers.ofString())',
      '.timeout(Duration.ofSeconds(1))',
    ),
    command: java('Client'),
  },
  {
    name: 'Java `java.net.http`, asynchronous',
    needs: javaNeeds,
    givesUp: '`sendAsync(…).get(1, SECONDS)`, a loop',
    source: httpClient(
      'Asynchronous',
      'sendAsync(request, HttpResponse.BodyHandlers.ofString()).get(1, TimeUnit.SECONDS)',
    ),
    command: java('Asynchronous'),
  },
  {
    name: 'Mono `HttpWebRequest`',
    needs: ['mono-mcs', 'mono-runtime'],
    givesUp: '`Timeout`, a loop',
    source: ['WebRequest.cs', webRequest],
    command: (url, folder) => ['mono', join(folder, 'WebRequest.exe'), url],
  },
  { name: 'Perl LWP', needs: ['libwww-perl'], givesUp: '`timeout`, a loop', command: perl('') },
  {
    name: 'Perl LWP, `keep_alive`',
    needs: ['libwww-perl'],
    givesUp: '`timeout`, a loop',
    command: perl(', keep_alive => 1'),
  },
  {
    name: 'Node `fetch`',
    needs: [],
    givesUp: '`AbortSignal.timeout`, a loop',
    command: node('fetch(url, { ...request, signal: AbortSignal.timeout(1000) })'),
  },
  {
    name: 'Node `fetch`, without a signal',
    needs: [],
    givesUp: '`Promise.race` with a timer, a loop',
    command: node('Promise.race([fetch(url, request), late()])'),
  },
  {
    name: 'upload: curl',
    needs: ['curl'],
    givesUp: '`-F`, `--retry` as above',
    command: curl('-F', `file=@${image}`),
  },
  {
    name: 'upload: PHP curl extension',
    needs: ['php-cli', 'php-curl'],
    givesUp: '`CURLFile`, a loop with one handle',
    command: phpUpload(true),
  },
  {
    name: 'upload: PHP curl extension, made anew',
    needs: ['php-cli', 'php-curl'],
    givesUp: '`CURLFile`, `curl_init` for each try',
    command: phpUpload(false),
  },
  {
    name: 'upload: Python requests',
    needs: ['python3-requests'],
    givesUp: '`files=`, `Retry` as above',
    command: urllib3Retry(files),
  },
  {
    name: 'upload: Python requests, made anew',
    needs: ['python3-requests'],
    givesUp: '`files=`, `requests.post` for each try',
    command: pythonLoop('requests', `requests.post(url, ${files}, timeout=1).text`, 'requests.Timeout'),
  },
]

/** Writes the sources of these into a folder, and how they are compiled. */
export function compilers(chosen: readonly Repeating[], folder: string): string[][] {
  const sources = chosen.flatMap(({ source }) => (source === undefined ? [] : [source]))
  for (const [name, text] of sources) writeFileSync(join(folder, name), text)
  const named = (ending: string) => sources.map(([name]) => join(folder, name)).filter((name) => name.endsWith(ending))
  return [
    ...(named('.java').length > 0 ? [['javac', '-d', folder, ...named('.java')]] : []),
    ...named('.cs').map((name) => ['mcs', `-out:${name.replace('.cs', '.exe')}`, name]),
  ]
}
