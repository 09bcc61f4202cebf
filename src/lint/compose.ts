import { dirname, join } from 'node:path'
import type { ConfigDocument } from '../registry-config/document.ts'
import type { Node } from '../registry-config/node.ts'
import { type Container, containerSubject, isRegistry } from './container.ts'
import { field, items, pairs, type Subject, scalarText } from './subject.ts'

/** Whether a document is a compose file with a registry in it. */
export function isCompose(root: Node | undefined): boolean {
  return pairs(field(root, 'services')).length > 0
}

/** The files beside the compose file that its registries mount as their config. */
export function mountedFiles(root: Node | undefined): readonly string[] {
  return registries(root).flatMap(({ mounts }) =>
    mounts.map(({ from }) => from).filter((from) => /\.ya?ml$/.test(from)),
  )
}

/** The config of each registry in a compose file; `files` holds the mounted ones by the name they are mounted from. */
export function composeSubjects(
  document: ConfigDocument,
  files: Readonly<Record<string, string>>,
): readonly Subject[] {
  const configs = new Map(
    Object.entries(files).map(([name, text]) => [
      name,
      { node: undefined, text, document: { ...document, file: besideOf(document.file, name), text } },
    ]),
  )
  return registries(document.root).map((container) => containerSubject(container, document, configs))
}

/** The path of a file that `file` names as standing beside it. */
export function besideOf(file: string, name: string): string {
  return join(dirname(file), name)
}

function registries(root: Node | undefined): readonly Container[] {
  const named = pairs(field(root, 'configs'))
  return pairs(field(root, 'services'))
    .map(([, service]) => containerOf(service, named))
    .filter(isRegistry)
}

function containerOf(service: Node, named: readonly (readonly [string, Node, Node])[]): Container {
  const environment = field(service, 'environment')
  const listed = items(environment).map((node) => {
    const [name = '', ...value] = scalarText(node).split('=')
    return { name, value: value.join('='), node }
  })
  const mapped = pairs(environment).map(([name, node]) => ({ name, value: scalarText(node), node }))
  return {
    image: field(service, 'image'),
    variables: [...listed, ...mapped],
    mounts: [
      ...items(field(service, 'volumes')).map(volumeOf),
      ...items(field(service, 'configs')).map((node) => configOf(node, named)),
    ],
  }
}

function volumeOf(node: Node): Container['mounts'][number] {
  if (node.kind === 'map') {
    return { path: scalarText(field(node, 'target')), node, from: scalarText(field(node, 'source')) }
  }
  const [from = '', path = ''] = scalarText(node).split(':')
  return { path, node, from }
}

function configOf(
  node: Node,
  named: readonly (readonly [string, Node, Node])[],
): Container['mounts'][number] {
  const source = node.kind === 'map' ? scalarText(field(node, 'source')) : scalarText(node)
  const config = named.find(([name]) => name === source)?.[1]
  const path = node.kind === 'map' ? scalarText(field(node, 'target')) : `/${source}`
  return { path, node, from: scalarText(field(config, 'file')), content: field(config, 'content') }
}
