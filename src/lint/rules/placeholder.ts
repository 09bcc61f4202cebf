import type { Path } from '../../registry-config/problem.ts'
import { pathText } from '../../registry-config/problem.ts'
import type { Value } from '../../registry-config/value.ts'
import { withStorage } from '../example.ts'
import { type Complaint, type Rule, value } from '../rule.ts'

export const placeholder: Rule = {
  id: 'placeholder',
  summary: 'a placeholder was not replaced',
  severity: 'error',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is about them.
  why: 'The registry replaces nothing in its file: ${NAME} is the text ${NAME}. Variables reach the config by their names only.',
  examples: [
    {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the example is about them.
      bad: withStorage('s3: {bucket: "${BUCKET}", region: eu-west-1}'),
      good: withStorage('s3: {bucket: my-registry, region: eu-west-1}'),
    },
  ],
  *check({ effective }) {
    yield* search(effective.root, [])
  },
}

const pattern =
  /\$\{[A-Za-z_][\w.:?-]*\}|\$\([A-Z_][A-Z0-9_]*\)|\{\{.*\}\}|^\$[A-Z_][A-Z0-9_]*$|^<[A-Za-z][\w -]*>$|^%[A-Z_]+%$/

function* search(node: Value, path: Path): Iterable<Complaint> {
  switch (node.kind) {
    case 'scalar': {
      const found =
        node.type === 'string' && path[0] !== 'validation' ? pattern.exec(String(node.value))?.[0] : undefined
      if (found === undefined) return
      const variable = `REGISTRY_${path.map((part) => String(part).toUpperCase()).join('_')}`
      yield {
        at: value(...path),
        message: `${pathText(path)} is the text ${found} to the registry, which replaces nothing`,
        remedy: { text: `Write the value, or set ${variable} where the registry runs.` },
      }
      return
    }
    case 'list':
      for (const [index, item] of node.items.entries()) yield* search(item, [...path, index])
      return
    case 'map':
      for (const [name, entry] of node.entries) yield* search(entry.value, [...path, String(name)])
      return
    case 'struct':
      for (const [name, entry] of node.fields) yield* search(entry.value, [...path, name])
  }
}
