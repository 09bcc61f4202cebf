import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** yaml-language-server, as an editor drives it: the Language Server Protocol over its standard input and output. */
export interface LanguageServer {
  /** Opens the file with this text, and gives what the server says about it. */
  open(path: string, text: string): Promise<readonly Diagnostic[]>
  hover(path: string, line: number, character: number): Promise<string>
  complete(path: string, line: number, character: number): Promise<readonly Completion[]>
  close(): Promise<void>
}

export interface Diagnostic {
  readonly message: string
  readonly range: { readonly start: { readonly line: number; readonly character: number } }
}

export interface Completion {
  readonly label: string
  readonly documentation?: string | { readonly value: string }
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

export async function startLanguageServer(): Promise<LanguageServer> {
  const manifest = createRequire(import.meta.url).resolve('yaml-language-server/package.json')
  const program = join(dirname(manifest), 'bin', 'yaml-language-server')
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = new Map<number, (message: Message) => void>()
  const diagnostics = new Map<string, (all: readonly Diagnostic[]) => void>()
  let last = 0
  const send = (message: object) => write(child, message)
  const request = async (method: string, params: unknown): Promise<unknown> => {
    last += 1
    const id = last
    const answer = new Promise<Message>((resolve) => answers.set(id, resolve))
    send({ id, method, params })
    const { result, error } = await answer
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result
  }
  read(child, (message) => {
    if (message.method === undefined) answers.get(message.id ?? 0)?.(message)
    else if (message.method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics: all } = message.params as { uri: string; diagnostics: readonly Diagnostic[] }
      diagnostics.get(uri)?.(all)
    } else if (message.method === 'workspace/configuration') {
      const { items } = message.params as { items: readonly unknown[] }
      // The sections yaml, http and three of the editor: only the schema in the file's own first line counts.
      send({ id: message.id, result: items.map((_, index) => (index === 0 ? settings : {})) })
    } else if (message.id !== undefined) send({ id: message.id, result: null })
  })
  await request('initialize', { processId: process.pid, rootUri: null, capabilities })
  send({ method: 'initialized', params: {} })
  const at = (path: string, line: number, character: number) => ({
    textDocument: { uri: pathToFileURL(path).href },
    position: { line, character },
  })
  return {
    async open(path, text) {
      const uri = pathToFileURL(path).href
      const said = new Promise<readonly Diagnostic[]>((resolve) => diagnostics.set(uri, resolve))
      send({
        method: 'textDocument/didOpen',
        params: { textDocument: { uri, languageId: 'yaml', version: 1, text } },
      })
      return said
    },
    async hover(path, line, character) {
      const result = (await request('textDocument/hover', at(path, line, character))) as {
        contents: { value: string }
      } | null
      return result?.contents.value ?? ''
    },
    async complete(path, line, character) {
      const result = await request('textDocument/completion', at(path, line, character))
      return (result as { items: readonly Completion[] }).items
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      await request('shutdown', null)
      send({ method: 'exit' })
      await ended
    },
  }
}

const settings = { validate: true, hover: true, completion: true, schemaStore: { enable: false } }
const capabilities = {
  workspace: { configuration: true },
  textDocument: { hover: { contentFormat: ['markdown'] }, completion: {}, publishDiagnostics: {} },
}

function write(child: ChildProcess, message: object): void {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message })
  child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

/** Each message is a header with its length in bytes, an empty line, and JSON. */
function read(child: ChildProcess, onMessage: (message: Message) => void): void {
  let pending = Buffer.alloc(0)
  child.stdout?.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      const head = pending.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/Content-Length: (\d+)/i.exec(pending.toString('latin1', 0, head))?.[1])
      if (pending.length < head + 4 + length) return
      const body = pending.toString('utf8', head + 4, head + 4 + length)
      pending = pending.subarray(head + 4 + length)
      onMessage(JSON.parse(body) as Message)
    }
  })
}
