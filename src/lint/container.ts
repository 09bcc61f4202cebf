import { type ConfigDocument, type Inside, readDocument } from '../registry-config/document.ts'
import { countLines } from '../registry-config/lines.ts'
import type { Node, Position } from '../registry-config/node.ts'
import { latest, majorOf } from '../registry-config/releases.ts'
import { insideOf } from './block-text.ts'
import { atImage, imageConfig, registryImage } from './image.ts'
import { type Subject, scalarText } from './subject.ts'

/** A container with a registry in it, out of a compose file or a Kubernetes object. */
export interface Container {
  readonly image: Node | undefined
  readonly variables: readonly { readonly name: string; readonly value: string; readonly node: Node }[]
  readonly mounts: readonly Mount[]
}

/** What is mounted: where, and from a ConfigMap's or Secret's name, or from a file beside the compose file, or as it stands. */
interface Mount {
  readonly path: string
  readonly node: Node
  readonly from: string
  readonly content?: Node | undefined
}

/** Whether it is a registry's: by its image, or by the variables it is given. */
export function isRegistry({ image, variables }: Container): boolean {
  return (
    registryImage(scalarText(image)) !== undefined ||
    variables.some(({ name }) => name.startsWith('REGISTRY_STORAGE'))
  )
}

/** A config by the name of the object or the file that holds it. */
export type Configs = ReadonlyMap<
  string,
  { readonly node: Node | undefined; readonly text: string; readonly document: ConfigDocument }
>

/** The config that the container's registry reads, with its environment. */
export function containerSubject(container: Container, outer: ConfigDocument, configs: Configs): Subject {
  const { image, variables, mounts } = container
  const release = registryImage(scalarText(image))?.release
  const major = majorOf(release ?? latest)
  const position = outer.position(image?.start ?? variables[0]?.node.start ?? 0)
  const environment = Object.fromEntries(variables.map(({ name, value }) => [name, value]))
  const places: Record<string, Position> = {}
  for (const { name, node } of variables) places[name] = outer.position(node.start)
  const mount = mounts.find(
    ({ path, from, content }) =>
      configs.has(from) ||
      content !== undefined ||
      /(^|\/)config\.ya?ml$/.test(path) ||
      /\/etc\/(docker\/registry|distribution)\/?$/.test(path),
  )
  const mounted = mount === undefined ? undefined : configs.get(mount.from)
  const common = {
    file: outer.file,
    environment,
    places,
    ...(release === undefined ? {} : { release }),
    ...(mount === undefined
      ? {}
      : { mount: { path: mount.path, file: outer.file, position: outer.position(mount.node.start) } }),
  }
  if (mounted !== undefined) {
    const inside =
      mounted.node === undefined ? inFileOfItsOwn(mounted.text) : insideOf(mounted.node, mounted.document)
    return { ...toSubject(mounted.text, mounted.document.file, inside), ...common }
  }
  if (mount?.content !== undefined) {
    const inside = insideOf(mount.content, outer)
    return { ...toSubject(scalarText(mount.content), outer.file, inside), ...common }
  }
  const subject = { ...toSubject(imageConfig(major), outer.file, atImage(position)), ...common }
  return mount === undefined ? subject : { ...subject, unseen: true }
}

/** A mounted file has its own places, and corrections of it are none of the file that mounts it. */
function inFileOfItsOwn(text: string): Inside {
  return { position: countLines(text), outer: () => undefined }
}

/** A text as a subject without an environment. */
export function toSubject(text: string, file: string, inside?: Inside): Subject {
  const read = readDocument(text, file, inside)
  const empty = { file, environment: {}, places: {} }
  if ('document' in read) return { document: read.document, syntax: [], ...empty }
  const position = inside?.position ?? read.problems[0]?.position
  const document: ConfigDocument = {
    file,
    text,
    root: undefined,
    position: typeof position === 'function' ? position : () => position ?? { line: 1, column: 1 },
    ...inside,
  }
  return { document, syntax: read.problems, ...empty }
}
