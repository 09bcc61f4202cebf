import type { ConfigDocument } from '../registry-config/document.ts'
import type { Node } from '../registry-config/node.ts'
import { insideOf } from './block-text.ts'
import { type Configs, type Container, containerSubject, isRegistry, toSubject } from './container.ts'
import { deep, field, items, pairs, type Subject, scalarText } from './subject.ts'

/** Whether a document is a Kubernetes object. */
export function isKubernetes(root: Node | undefined): boolean {
  return scalarText(field(root, 'apiVersion')) !== '' && scalarText(field(root, 'kind')) !== ''
}

/** The registry configs in the Kubernetes objects of one file: in ConfigMaps, in Secrets, and in the environment of containers. */
export function kubernetesSubjects(documents: readonly ConfigDocument[]): readonly Subject[] {
  const objects = documents.flatMap((document) =>
    objectsOf(document.root).map((root) => ({ document, root })),
  )
  const found = objects.flatMap(({ document, root }) =>
    configsOf(root).map((config) => ({ ...config, document })),
  )
  // Of several under one name the last one is taken for the one that is mounted.
  const configs: Configs = new Map(found.map((config) => [config.name, config]))
  const used = new Set<string>()
  const subjects: Subject[] = []
  for (const { document, root } of objects) {
    for (const container of containersOf(root)) {
      if (!isRegistry(container)) continue
      for (const { from } of container.mounts) used.add(from)
      subjects.push(containerSubject(container, document, configs))
    }
  }
  for (const config of found) {
    const { name, node, text, document } = config
    if (used.has(name) && configs.get(name) === config) continue
    subjects.push(toSubject(text, document.file, insideOf(node, document)))
  }
  return subjects
}

function objectsOf(root: Node | undefined): readonly Node[] {
  if (root === undefined) return []
  return scalarText(field(root, 'kind')).endsWith('List') ? items(field(root, 'items')) : [root]
}

/** Texts that look like a registry's config, of a ConfigMap or a Secret. */
function configsOf(
  root: Node,
): readonly { readonly name: string; readonly node: Node; readonly text: string }[] {
  const kind = scalarText(field(root, 'kind'))
  const name = scalarText(deep(root, 'metadata', 'name'))
  const plain = kind === 'ConfigMap' ? 'data' : kind === 'Secret' ? 'stringData' : undefined
  if (plain === undefined) return []
  const texts = pairs(field(root, plain)).map(([, node]) => ({ name, node, text: scalarText(node) }))
  const encoded = kind === 'Secret' ? pairs(field(root, 'data')) : []
  const decoded = encoded.map(([, node]) => ({
    name,
    node,
    text: Buffer.from(scalarText(node), 'base64').toString('utf8'),
  }))
  return [...texts, ...decoded].filter(({ text }) => looksLikeConfig(text))
}

/** Whether a text may be a registry's config: it has both sections that every one has. */
function looksLikeConfig(text: string): boolean {
  return /^["']?storage["']?[ \t]*:/m.test(text) && /^["']?(version|http|log)["']?[ \t]*:/m.test(text)
}

function containersOf(root: Node): readonly Container[] {
  const kind = scalarText(field(root, 'kind'))
  const pod = kind === 'Pod' ? field(root, 'spec') : deep(root, 'spec', 'template', 'spec')
  const volumes = new Map(
    items(field(pod, 'volumes')).map((volume) => {
      const from =
        scalarText(deep(volume, 'configMap', 'name')) || scalarText(deep(volume, 'secret', 'secretName'))
      return [scalarText(field(volume, 'name')), from]
    }),
  )
  return items(field(pod, 'containers')).map((container) => ({
    image: field(container, 'image'),
    variables: items(field(container, 'env')).flatMap((entry) => {
      const name = field(entry, 'name')
      if (name === undefined) return []
      const value = field(entry, 'value')
      // What comes from a Secret is some text that we cannot see.
      return [
        {
          name: scalarText(name),
          value: value === undefined ? '"from elsewhere"' : scalarText(value),
          node: value ?? name,
        },
      ]
    }),
    mounts: items(field(container, 'volumeMounts')).flatMap((mount) => {
      const path = field(mount, 'mountPath')
      if (path === undefined) return []
      return [
        { path: scalarText(path), node: path, from: volumes.get(scalarText(field(mount, 'name'))) ?? '' },
      ]
    }),
  }))
}
