// Rules between settings. All are checked even after a problem, so that every problem is told at once.
import { isAbsolute, relative, sep } from 'node:path'
import type { ProxyValues, SidecarValues, UpstreamValues } from './config.ts'
import type { Report } from './config-error.ts'
import { crossCheckWords } from './cross-check-words.ts'
import { isLocal, isTls, type ListenAddress, leadsTo, overlap } from './listen-address.ts'
import { flawsOfReceivers } from './notify-url.ts'
import { sidecarSettings } from './sidecar-settings.ts'
import { proxySettings, upstreamSettings } from './upstream-settings.ts'
import { isLoopbackUrl } from './upstream-url.ts'

export function checkListeners(values: SidecarValues, report: Report): void {
  const { listen, adminListen, trustNetwork, callersFile } = values
  if (adminListen.some((admin) => listen.some((data) => overlap(data, admin)))) {
    report(sidecarSettings.adminListen.name, crossCheckWords().sameAsListen)
  }
  // Over TLS a callers file without [*] lets nobody in who has not shown who it is; checkSections looks for [*].
  const isSafe = (address: ListenAddress) => isLocal(address) || (isTls(address) && callersFile !== undefined)
  if (!trustNetwork && !listen.every(isSafe)) {
    report(
      sidecarSettings.trustNetwork.name,
      listen.filter((address) => !isLocal(address)).every(isTls) ? crossCheckWords().trustTls : crossCheckWords().trust,
    )
  }
  if (listen.some(isTls)) for (const setting of missingForTls(values)) report(setting, crossCheckWords().neededForTls)
}

/** The settings that a `tls:` listener needs, and that are not set. */
export function missingForTls({
  tlsCertFile,
  tlsKeyFile,
}: Pick<SidecarValues, 'tlsCertFile' | 'tlsKeyFile'>): string[] {
  return [
    ...(tlsCertFile === undefined ? [sidecarSettings.tlsCertFile.name] : []),
    ...(tlsKeyFile === undefined ? [sidecarSettings.tlsKeyFile.name] : []),
  ]
}

/** Certificate settings that are set, though nothing listens on a `tls:` address. */
export function idleTlsSettings(
  { tlsCertFile, tlsKeyFile, tlsClientCaFile }: SidecarValues,
  listeners: readonly ListenAddress[],
): string[] {
  const given = { tlsCertFile, tlsKeyFile, tlsClientCaFile }
  if (listeners.some(isTls)) return []
  const names = (['tlsCertFile', 'tlsKeyFile', 'tlsClientCaFile'] as const)
    .filter((key) => given[key] !== undefined)
    .map((key) => sidecarSettings[key].name)
  return names.map(crossCheckWords().idle)
}

/** The key of the audit trail must not lie with the trail, and a key without a trail would protect nothing. */
export function checkAudit({ auditDir, auditKeyFile }: SidecarValues, report: Report): void {
  if (auditKeyFile === undefined) return
  const { name } = sidecarSettings.auditKeyFile
  if (auditDir === undefined) report(name, crossCheckWords().keyAlone)
  else if (isWithin(auditKeyFile, auditDir)) report(name, crossCheckWords().keyWithTrail)
}

/** The journal of guarded writes is the audit trail, under its key; a write without a begin line would not be in it. */
export function flawOfGuard({
  auditDir,
  auditKeyFile,
  auditOnFailure,
}: Pick<SidecarValues, 'auditDir' | 'auditKeyFile' | 'auditOnFailure'>): string | undefined {
  if (auditDir === undefined || auditKeyFile === undefined) return crossCheckWords().guardNeedsTrail
  return auditOnFailure === 'open' ? crossCheckWords().guardWhileOpen : undefined
}

export function checkRepeats(values: SidecarValues, report: Report): void {
  const flaw = values.repeats === 'guard' ? flawOfGuard(values) : undefined
  if (flaw !== undefined) report(sidecarSettings.repeats.name, flaw)
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** Credentials go to another machine over `http:` only with CATAPA_ALLOW_HTTP. */
export function checkHttp(upstream: UpstreamValues, report: Report): void {
  for (const key of ['baseUrl', 'tokenUrl', 'authorizeUrl'] as const) {
    const url = upstream[key]
    if (url?.protocol === 'http:' && !upstream.allowHttp && !isLoopbackUrl(url)) {
      report(upstreamSettings[key].name, crossCheckWords().unencryptedCredentials)
    }
  }
}

/** The URL of a receiver is a secret, and goes over `http:` only with CATAPA_ALLOW_HTTP; no receiver is a listener of ours. */
export function checkNotify({ notify, listen, adminListen }: SidecarValues, allowHttp: boolean, report: Report): void {
  for (const flaw of flawsOfReceivers(notify, { allowHttp, listeners: [...listen, ...adminListen] })) {
    report(sidecarSettings.notify.name, flaw)
  }
}

/** A person's token is not shared: the login stays on one machine (design/promises 11.1). */
export function checkCache({ cacheUrl }: SidecarValues, { grant }: UpstreamValues, report: Report): void {
  if (cacheUrl === undefined || grant === 'client_credentials') return
  report(sidecarSettings.cacheUrl.name, crossCheckWords().ofPerson)
}

/** The URL holds a key, so the rule of `checkHttp` holds for it, too; a beat to the sidecar itself would tell nobody. */
export function checkHeartbeat(
  { heartbeatUrl: url, listen, adminListen }: SidecarValues,
  { allowHttp }: UpstreamValues,
  report: Report,
): void {
  if (url === undefined) return
  const { name } = sidecarSettings.heartbeatUrl
  if (url.protocol === 'http:' && !allowHttp && !isLoopbackUrl(url)) {
    report(name, crossCheckWords().unencryptedKey)
  }
  if ([...listen, ...adminListen].some((listener) => leadsTo(url, listener))) {
    report(name, crossCheckWords().tellsNobody)
  }
}

/** Neither CATAPA nor a proxy is one of the sidecar's own listeners. */
export function checkNotOwn(
  { baseUrl, tokenUrl }: UpstreamValues,
  { httpsProxy, httpProxy }: ProxyValues,
  listeners: readonly ListenAddress[],
  report: Report,
): void {
  const targets = [
    [upstreamSettings.baseUrl, baseUrl],
    [upstreamSettings.tokenUrl, tokenUrl],
    [proxySettings.httpsProxy, httpsProxy],
    [proxySettings.httpProxy, httpProxy],
  ] as const
  for (const [{ name }, url] of targets) {
    if (url !== undefined && listeners.some((listener) => leadsTo(url, listener))) {
      report(name, crossCheckWords().callsItself)
    }
  }
}

/** In Basic authentication, as CATAPA's SDK sends it, the id ends at the first colon. */
export function checkClientId(clientId: string, clientAuth: string | undefined, report: Report): void {
  if (clientAuth === 'client_secret_basic' && clientId.includes(':')) {
    report('CATAPA_CLIENT_ID', crossCheckWords().colon)
  }
}
