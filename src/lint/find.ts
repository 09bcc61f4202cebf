import { type ConfigDocument, readDocuments } from '../registry-config/document.ts'
import { composeSubjects, isCompose, mountedFiles } from './compose.ts'
import { toSubject } from './container.ts'
import { isKubernetes, kubernetesSubjects } from './kubernetes.ts'
import type { Subject } from './subject.ts'

/**
 * The configs in a file: the file itself, or those in the Kubernetes objects or the compose file that it is. `files`
 * holds the configs that a compose file mounts, by the name it gives them.
 */
export function findSubjects(
  text: string,
  file: string,
  files: Readonly<Record<string, string>> = {},
): readonly Subject[] {
  const documents = foreignDocuments(text, file)
  if (documents === undefined) return [toSubject(text, file)]
  return [
    ...kubernetesSubjects(documents),
    ...documents
      .filter(({ root }) => isCompose(root))
      .flatMap((document) => composeSubjects(document, files)),
  ]
}

/** The names of the files that a compose file's registries mount as their config. */
export function wantedFiles(text: string, file: string): readonly string[] {
  return (foreignDocuments(text, file) ?? []).flatMap(({ root }) => mountedFiles(root))
}

/** The documents of a file of Kubernetes objects or of compose; undefined for anything else, which is taken for a config. */
function foreignDocuments(text: string, file: string): readonly ConfigDocument[] | undefined {
  // Most files are configs: a look at the text saves reading it twice.
  if (!/^[ \t]*["']?(apiVersion|services)["']?[ \t]*:/m.test(text)) return undefined
  const documents: ConfigDocument[] = []
  for (const read of readDocuments(text, file)) if ('document' in read) documents.push(read.document)
  const foreign = documents.filter(({ root }) => isKubernetes(root) || isCompose(root))
  return foreign.length === 0 ? undefined : foreign
}
