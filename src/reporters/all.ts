import type { Outcome } from '../core/outcome.ts'

/** `version` is regctl's own. */
type Reporter = (outcome: Outcome, options: { readonly colour: boolean; readonly version?: string }) => string

/** Every format by the name that `--format` takes, each loaded when asked for. */
export const reporters: Readonly<Record<string, () => Promise<Reporter>>> = {
  text: async () => (await import('./text.ts')).text,
  json: async () => (await import('./json.ts')).json,
  sarif: async () => (await import('./sarif.ts')).sarif,
  junit: async () => (await import('./junit.ts')).junit,
  html: async () => (await import('./html.ts')).html,
  github: async () => (await import('./github.ts')).github,
  gitlab: async () => (await import('./gitlab.ts')).gitlab,
}
