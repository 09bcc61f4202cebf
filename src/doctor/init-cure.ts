import type { Remedy } from '../core/finding.ts'
import type { Distribution, Settings } from './check.ts'

/**
 * The cure that init is: the command that sets everything back as it should be and changes nothing else. Only for what
 * init made, which it knows by the distribution's comment; for a distribution of another hand the text alone is given.
 */
export function initCure(text: string, settings: Settings, found: Distribution | undefined): Remedy {
  const name = found === undefined ? settings.bucket : /^regctl: (.+)$/.exec(found.config.Comment ?? '')?.[1]
  if (name === undefined)
    return { text: `${text} The distribution was not made by init: change it where it was made.` }
  const words = [
    'regctl init',
    `--bucket ${settings.bucket}`,
    `--region ${settings.region}`,
    ...(settings.rootDirectory === '' ? [] : [`--root-directory ${settings.rootDirectory}`]),
    ...(name === settings.bucket ? [] : [`--name ${name}`]),
    ...(settings.methods === 'all' ? [] : [`--methods ${settings.methods}`]),
    `--registry ${settings.release}`,
    `--key ${settings.keyFile}`,
  ]
  return { text, commands: [words.join(' ')] }
}
