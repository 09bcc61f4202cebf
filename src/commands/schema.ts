import { jsonSchema } from '../registry-config/json-schema.ts'
import { latest, parseRelease } from '../registry-config/releases.ts'
import { command, parsed } from './command.ts'

export const schema = command({
  name: 'schema',
  summary: 'print the JSON Schema of config.yml, for editors',
  about: `Prints the JSON Schema (draft-07) of a release's config.yml. With it an editor completes keys and values, explains them,
and underlines what the release does not know. In an editor that uses yaml-language-server, the first line of the config names it:
# yaml-language-server: $schema=registry-config.schema.json`,
  options: {
    registry: parsed(
      '--registry <release>',
      `the registry's release; by default ${latest}`,
      latest,
      parseRelease,
    ),
  },
  examples: ['regctl schema > registry-config.schema.json', 'regctl schema --registry 2.8'],
  async run({ options }) {
    const data = jsonSchema(options.registry)
    return { kind: 'value', text: `${JSON.stringify(data, null, 2)}\n`, data }
  },
})
