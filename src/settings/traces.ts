import type { Report } from './config-error.ts'
import { crossCheckWords } from './cross-check-words.ts'
import { type ListenAddress, leadsTo } from './listen-address.ts'
import { isDecodable } from './proxy-variables.ts'
import type { Values as Given } from './read-group.ts'
import { type Setting, sayOf, type ValuesOf } from './setting.ts'
import { settingWords } from './setting-words.ts'
import { tracesSettings } from './traces-settings.ts'
import { parseHttpUrl } from './upstream-url.ts'

type Values = ValuesOf<typeof tracesSettings>

/** Where traces go, and of what. */
export type TraceSettings = Readonly<{
  /** With user and password, where it has them. */
  endpoint: URL
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  gzip: boolean
  /** PEM text of CAs trusted in addition. */
  extraCa: string | undefined
  serviceName: string
  resource: Readonly<Record<string, string>>
  sampler: NonNullable<Values['sampler']>
  ratio: number
  /** The trace of a caller is continued. */
  continues: boolean
}>

const usualTimeoutMs = 10_000
const { endpoint: general, tracesEndpoint: ofTraces } = tracesSettings

/** The settings of traces; undefined where none are sent. An endpoint that is no URL is reported. */
export function readTraces(
  given: Given,
  report: Report,
  listeners: readonly ListenAddress[],
): TraceSettings | undefined {
  if (!given.has(general.name) && !given.has(ofTraces.name)) return undefined
  const traces = tracesOf(valuesOf(given, report), report)
  const isOwn = traces !== undefined && listeners.some((listener) => leadsTo(traces.endpoint, listener))
  if (!isOwn) return traces
  // Each batch would be a call, with a span of its own, and go on to CATAPA.
  const { name } = given.has(ofTraces.name) ? ofTraces : general
  report(name, crossCheckWords().callsItself)
  return undefined
}

/** One that is wrong counts as unset. */
function valuesOf(given: Given, report: Report): Values {
  const read = <Value>(setting: Setting<Value>): Value =>
    setting.read(given.get(setting.name), sayOf(setting, report), new Map())
  const s = tracesSettings
  return {
    endpoint: read(s.endpoint),
    tracesEndpoint: read(s.tracesEndpoint),
    headers: read(s.headers),
    tracesHeaders: read(s.tracesHeaders),
    timeout: read(s.timeout),
    tracesTimeout: read(s.tracesTimeout),
    compression: read(s.compression),
    tracesCompression: read(s.tracesCompression),
    certificate: read(s.certificate),
    tracesCertificate: read(s.tracesCertificate),
    protocol: read(s.protocol),
    tracesProtocol: read(s.tracesProtocol),
    serviceName: read(s.serviceName),
    resourceAttributes: read(s.resourceAttributes),
    sampler: read(s.sampler),
    samplerArg: read(s.samplerArg),
    exporter: read(s.exporter),
    sdkDisabled: read(s.sdkDisabled),
    propagators: read(s.propagators),
  }
}

function tracesOf(values: Values, report: Report): TraceSettings | undefined {
  if (values.sdkDisabled || values.exporter === 'none') return undefined
  const endpoint = endpointOf(values, report)
  if (endpoint === undefined) return undefined
  return {
    endpoint,
    headers: values.tracesHeaders ?? values.headers ?? {},
    timeoutMs: values.tracesTimeout ?? values.timeout ?? usualTimeoutMs,
    gzip: (values.tracesCompression ?? values.compression) === 'gzip',
    extraCa: values.tracesCertificate ?? values.certificate,
    serviceName: values.serviceName ?? 'catapa-sidecar',
    resource: values.resourceAttributes ?? {},
    sampler: values.sampler ?? 'parentbased_always_on',
    ratio: values.samplerArg ?? 1,
    continues: values.propagators ?? true,
  }
}

function endpointOf({ endpoint, tracesEndpoint }: Values, report: Report): URL | undefined {
  if (tracesEndpoint !== undefined) return parse(tracesEndpoint, ofTraces.name, report)
  if (endpoint === undefined) return undefined
  const base = parse(endpoint, general.name, report)
  if (base === undefined) return undefined
  base.pathname = `${base.pathname.replace(/\/$/, '')}/v1/traces`
  return base
}

function parse(text: string, name: string, report: Report): URL | undefined {
  const url = parseHttpUrl(text)
  if (url !== undefined && isDecodable(url.username) && isDecodable(url.password)) {
    url.hash = ''
    return url
  }
  report(name, settingWords().shouldBe(general.expected()))
  return undefined
}

/**
 * A report for settings of OpenTelemetry, which are often meant for other programs: a mistake becomes a warning, and the variable is ignored.
 */
export function tolerating(report: Report, warn: (sentence: string) => void): Report {
  const strict: readonly string[] = [general.name, ofTraces.name]
  return (name, problem, kind) => {
    if (!name.startsWith('OTEL_') || strict.includes(name)) report(name, problem, kind)
    else warn(settingWords().tolerated(name, problem))
  }
}
