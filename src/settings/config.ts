import type { credentialSettings } from './credential-settings.ts'
import type { sandboxSettings } from './sandbox-settings.ts'
import type { ValuesOf } from './setting.ts'
import type { sidecarSettings } from './sidecar-settings.ts'
import type { proxySettings, upstreamSettings } from './upstream-settings.ts'

/** The OAuth client and the tenant that it works for. These can change while the sidecar runs, together. */
export type Credentials = ValuesOf<typeof credentialSettings> &
  Readonly<{
    /** Undefined where nobody set them, as in the demo. */
    from?: CredentialOrigins | undefined
  }>

/** Where each credential comes from, for people. */
export type CredentialOrigins = Readonly<Record<keyof typeof credentialSettings, string>>

/** Values of the settings, before the rules between them. */
export type SidecarValues = ValuesOf<typeof sidecarSettings>
export type UpstreamValues = ValuesOf<typeof upstreamSettings>
export type ProxyValues = ValuesOf<typeof proxySettings>

/** Settings of the `sandbox` command. */
export type SandboxConfig = ValuesOf<typeof sandboxSettings>

/** What merely permits others permits them while the configuration is read; what is derived stands below. */
type Read = SidecarValues & Omit<UpstreamValues, 'allowHttp' | 'tokenUrl'>

/** Every setting, checked and in the program's own units. Made by `readConfig` only. */
export type Config = Readonly<
  Read & {
    credentials: Credentials
    tokenUrl: URL
    /** The corporate proxy that each endpoint is reached through; undefined is directly. */
    proxy: Readonly<{ base: URL | undefined; token: URL | undefined }>
    /** Sentences to log once at start: unknown names, ignored variables. Never a value. */
    warnings: readonly string[]
  }
>
