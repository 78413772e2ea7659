import { readCaFile } from './ca-file.ts'
import { expectedWords } from './expected-words.ts'
import { optional, type Say, secret } from './setting.ts'

/**
 * The variables of OpenTelemetry that traces follow, with its meanings (https://opentelemetry.io/docs/specs/otel/protocol/exporter and
 * /docs/specs/otel/configuration/sdk-environment-variables). They are often set for a whole machine, so a mistake is warned of and the
 * variable ignored; `traces.ts` has the rules between them.
 */
export const tracesSettings = {
  endpoint: optional('OTEL_EXPORTER_OTLP_ENDPOINT', {
    description:
      'Address of an OpenTelemetry collector: traces of calls are sent to /v1/traces below it, as OTLP/HTTP with JSON. Without it and the next one there are none.',
    expected: () => expectedWords().collector,
    read: String,
    show: withoutLogin,
  }),
  tracesEndpoint: optional('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', {
    description: 'The same for traces alone, taken as it is; it comes first.',
    expected: () => expectedWords().collector,
    read: String,
    show: withoutLogin,
  }),
  headers: headersOf(
    'OTEL_EXPORTER_OTLP_HEADERS',
    'Headers of each request to the collector: name=value,name=value, percent-encoded.',
  ),
  tracesHeaders: headersOf('OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'The same for traces alone, in place of the others.'),
  timeout: timeoutOf(
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    'Most time of one request to the collector, in milliseconds; 10000 if unset.',
  ),
  tracesTimeout: timeoutOf('OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'The same for traces alone.'),
  compression: wordOf('OTEL_EXPORTER_OTLP_COMPRESSION', ['gzip', 'none'], 'Compression of requests to the collector.'),
  tracesCompression: wordOf('OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', ['gzip', 'none'], 'The same for traces alone.'),
  certificate: certificateOf(
    'OTEL_EXPORTER_OTLP_CERTIFICATE',
    'PEM file of CAs trusted for the collector, in addition to the usual ones and those of CATAPA_CA_FILE.',
  ),
  tracesCertificate: certificateOf('OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE', 'The same for traces alone.'),
  protocol: protocolOf(
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'What is sent is http/json, whatever stands here; another protocol is warned of.',
  ),
  tracesProtocol: protocolOf('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'The same for traces alone.'),
  serviceName: optional('OTEL_SERVICE_NAME', {
    description: 'Name of the sidecar in traces; catapa-sidecar if unset.',
    expected: () => expectedWords().serviceName,
    read: String,
    show: String,
  }),
  resourceAttributes: optional('OTEL_RESOURCE_ATTRIBUTES', {
    description: 'Attributes of the sidecar in traces: name=value,name=value, percent-encoded.',
    expected: () => expectedWords().resourceAttributes,
    read: (pairs, say) => readPairs(pairs) ?? say(),
    show: (pairs) => Object.keys(pairs).join(', '),
  }),
  sampler: wordOf(
    'OTEL_TRACES_SAMPLER',
    [
      ...(['always_on', 'always_off', 'traceidratio'] as const),
      ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
    ],
    'Which calls have a trace; parentbased_always_on if unset. parentbased_: as the caller has decided, where it sends a traceparent.',
  ),
  samplerArg: optional('OTEL_TRACES_SAMPLER_ARG', {
    description: 'Share of the traces for traceidratio, from 0 to 1; 1 if unset.',
    expected: () => expectedWords().ratio,
    read: (ratio, say) => (/^(0|1|[01]?\.\d+|1\.0+)$/.test(ratio) && Number(ratio) <= 1 ? Number(ratio) : say()),
    show: String,
  }),
  exporter: optional('OTEL_TRACES_EXPORTER', {
    description: 'With none there are no traces.',
    expected: () => expectedWords().exporter,
    read: (names, say) => (names === 'none' ? names : names.split(',').includes('otlp') ? 'otlp' : say()),
    show: String,
  }),
  sdkDisabled: optional('OTEL_SDK_DISABLED', {
    description: 'With true there are no traces.',
    expected: () => expectedWords().trueOrFalse,
    read: (word, say) => (/^(true|false)$/i.test(word) ? word.toLowerCase() === 'true' : say()),
    show: String,
  }),
  propagators: optional('OTEL_PROPAGATORS', {
    description:
      'With tracecontext the trace of a caller is continued; with none each call begins one. The headers pass to CATAPA all the same.',
    expected: () => expectedWords().propagators,
    read: readPropagators,
    show: String,
  }),
}

function headersOf(name: string, description: string) {
  return secret(name, {
    description,
    expected: () => expectedWords().collectorHeaders,
    read: (pairs, say) => {
      const read = readPairs(pairs)
      return read !== undefined && Object.entries(read).every(isHeader) ? read : say()
    },
    show: (pairs) => Object.keys(pairs).join(', '),
  })
}

function timeoutOf(name: string, description: string) {
  return optional(name, {
    description,
    expected: () => expectedWords().milliseconds,
    read: (ms, say) => (/^[1-9]\d{0,5}$/.test(ms) && Number(ms) <= 600_000 ? Number(ms) : say()),
    show: String,
  })
}

function wordOf<const Words extends readonly string[]>(name: string, words: Words, description: string) {
  return optional<Words[number]>(name, {
    description,
    expected: () => expectedWords().oneOf(words),
    read: (given, say) => words.find((word) => word === given) ?? say(),
    show: String,
  })
}

function certificateOf(name: string, description: string) {
  const read = (path: string, say: Say) => readCaFile(path, say, name)
  return optional(name, {
    description,
    expected: () => expectedWords().caFile,
    read,
    show: () => '(read)',
  })
}

function protocolOf(name: string, description: string) {
  return optional(name, {
    description,
    expected: () => expectedWords().protocol,
    read: (given, say) => (given === 'http/json' ? given : say()),
    show: String,
  })
}

/** @returns whether the trace of a caller is continued */
function readPropagators(names: string, say: Say): boolean | undefined {
  const list = names.split(',').map((name) => name.trim())
  if (!list.every((name) => ['tracecontext', 'baggage', 'none'].includes(name))) return say()
  return list.includes('tracecontext')
}

/** As W3C Baggage writes them, without its properties; undefined where one is malformed, since then all are discarded. */
function readPairs(text: string): Readonly<Record<string, string>> | undefined {
  const pairs: Record<string, string> = {}
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, equals)).trim()
    if (name === '') return undefined
    try {
      pairs[decodeURIComponent(name)] = decodeURIComponent(pair.slice(equals + 1).trim())
    } catch {
      return undefined
    }
  }
  return pairs
}

function isHeader([name, value]: readonly [string, string]): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value)
}

/** Shown also where it is no URL: never what stands before an "@". */
function withoutLogin(url: string): string {
  return url.replace(/^(\w+:\/\/)?.*@/, '$1***@').replace(/[?#].*$/, '?***')
}
