import type { Finding, Place } from '../core/finding.ts'
import { type ConfigDocument, readDocument } from './document.ts'
import { type EffectiveConfig, effectiveConfig } from './effective.ts'
import type { Environment } from './environment.ts'
import { ruleFor, type Where } from './problem.ts'
import type { Release } from './releases.ts'
import { refusalText } from './secrets.ts'

/**
 * What the registry will use of the config in `text`, or why its parser refuses it. Throws nothing on bad input.
 * This is for commands that work with a config; `lint` says much more about one.
 */
export function loadConfig(
  text: string,
  file: string,
  options: { readonly release: Release; readonly environment: Environment },
): { readonly effective: EffectiveConfig } | { readonly findings: readonly Finding[] } {
  const read = readDocument(text, file)
  if ('problems' in read) {
    return {
      findings: read.problems.map(({ message, position }) => ({
        id: 'yaml-syntax',
        severity: 'error',
        message: `this is not YAML that the registry can read: ${message}`,
        place: { kind: 'file', file, ...position },
      })),
    }
  }
  const effective = effectiveConfig(read.document, options)
  if (effective.refusals.length === 0) return { effective }
  return {
    findings: effective.refusals.map((refusal) => ({
      id: ruleFor(refusal),
      severity: 'error',
      message: `the registry will not start: ${refusalText(effective, refusal)}`,
      place: placeOf(refusal.where, read.document),
    })),
  }
}

/** Where a problem is, as a finding says it. */
export function placeOf(where: Where, document: ConfigDocument): Place {
  switch (where.kind) {
    case 'node':
      return { kind: 'file', file: document.file, ...document.position(where.node.start) }
    case 'variable':
      return { kind: 'variable', name: where.name }
    case 'file':
      return { kind: 'file', file: document.file, line: 1, column: 1 }
  }
}
