import type { WireRequest } from './wire.ts'

/** What a program that cannot run here would send. Reconstructed from documentation, not recorded. */
export type Stream = {
  name: string
  scenarios: readonly ('get' | 'post' | 'upload')[]
  request(call: {
    method: string
    path: string
    host: string
    type?: string
    body?: Buffer
    first: boolean
  }): WireRequest
}

const all = ['get', 'post', 'upload'] as const

/**
 * System.Net.HttpWebRequest of .NET Framework. `Host` comes after the headers that the program has set, then
 * `Content-Length` and `Expect`; `Connection: Keep-Alive` only in the first request of a connection. Head and body leave
 * separately, the body after a 100 or 350 ms.
 *
 * - learn.microsoft.com/dotnet/api/system.net.servicepointmanager.expect100continue (on by default, POST and PUT)
 * - learn.microsoft.com/dotnet/api/system.net.httpwebrequest.keepalive (on by default)
 * - blogs.msdn.microsoft.com/joncole/2005/09/08/httpwebrequest-and-expect-100-continue (the 350 ms)
 * - moraisjoao.blogspot.com/2007/01/http-request-issues-expect-100-continue.html (a request as captured)
 */
const httpWebRequest: Stream = {
  name: '.NET Framework `HttpWebRequest`',
  scenarios: all,
  request: dotNet([]),
}

/**
 * Windows PowerShell 5.1 is .NET Framework with a User-Agent of its own.
 *
 * - github.com/PowerShell/PowerShell/issues/17118 (a GET of 5.1 as captured)
 * - github.com/PowerShell/PowerShell/issues/8489 (`Expect: 100-continue`)
 */
const powerShell: Stream = {
  name: 'Windows PowerShell 5.1 `Invoke-RestMethod`',
  scenarios: all,
  request: dotNet(['User-Agent: Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1320']),
}

/**
 * Power Query's Web.Contents with anonymous credentials: .NET Framework again. It sends GET, and POST with `Content`.
 *
 * - learn.microsoft.com/power-query/connector-authentication (a request as sent)
 * - learn.microsoft.com/power-query/handling-status-codes (503 with `Retry-After` is tried again three times, 401 and 403
 *   ask the user for credentials)
 */
const powerQuery: Stream = {
  name: 'Excel Power Query `Web.Contents`',
  scenarios: ['get', 'post'],
  request: dotNet([
    'Accept-Encoding: gzip, deflate',
    'User-Agent: Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)',
  ]),
}

/**
 * WinHTTP under VB6 and VBA: `WinHttp.WinHttpRequest.5.1` and `MSXML2.ServerXMLHTTP`.
 *
 * - learn.microsoft.com/windows/win32/winhttp/winhttprequest
 * - c-amie.co.uk/technical, "Exploration of which request headers you need …" (what the MSXML objects add by themselves)
 */
const winHttp: Stream = {
  name: 'VB6 and VBA `WinHttpRequest`, `ServerXMLHTTP`',
  scenarios: all,
  request({ method, path, host, type, body }) {
    return lines(`${method} ${path} HTTP/1.1`, body, [
      'Connection: Keep-Alive',
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      'Accept: */*',
      'User-Agent: Mozilla/4.0 (compatible; Win32; WinHttp.WinHttpRequest.5)',
      ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
      `Host: ${host}`,
    ])
  },
}

/**
 * WinINet, what Internet Explorer was made of, under VBA: `MSXML2.XMLHTTP`. It sends what a browser does, but for
 * `Origin` and `Sec-Fetch-*`.
 *
 * - learn.microsoft.com/previous-versions/windows/desktop/ms759148(v=vs.85)
 * - c-amie.co.uk/technical, as above
 */
const winInet: Stream = {
  name: 'VBA `MSXML2.XMLHTTP`',
  scenarios: all,
  request({ method, path, host, type, body }) {
    return lines(`${method} ${path} HTTP/1.1`, body, [
      'Accept: */*',
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      'Accept-Language: en-US',
      'UA-CPU: AMD64',
      'Accept-Encoding: gzip, deflate',
      'User-Agent: Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; .NET4.0C; .NET4.0E)',
      `Host: ${host}`,
      ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
      'Connection: Keep-Alive',
      ...(body === undefined ? [] : ['Cache-Control: no-cache']),
    ])
  },
}

export const streams = [httpWebRequest, powerShell, powerQuery, winHttp, winInet]

function dotNet(own: string[]): Stream['request'] {
  return ({ method, path, host, type, body, first }) =>
    lines(`${method} ${path} HTTP/1.1`, body, [
      ...own,
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      `Host: ${host}`,
      ...(body === undefined ? [] : [`Content-Length: ${body.length}`, 'Expect: 100-continue']),
      ...(first ? ['Connection: Keep-Alive'] : []),
    ])
}

function lines(first: string, body: Buffer | undefined, fields: string[]): WireRequest {
  return { head: [first, ...fields, '', ''].join('\r\n'), body }
}
