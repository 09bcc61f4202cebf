import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What a release's configuration.Parse makes of a config: Go's values with a letter for the type, or its error. */
export interface Parsed {
  readonly config?: unknown
  readonly error?: string
}

export interface ParseOracle {
  parse(config: string, environment: Readonly<Record<string, string>>): Promise<Parsed>
  close(): void
}

/** Starts the program; answers come in the order of the questions. */
export function openParser(program: string): ParseOracle {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'], env: {} })
  const waiting: ((parsed: Parsed) => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line) as Parsed))
  return {
    parse: (config, environment) =>
      new Promise((resolve) => {
        waiting.push(resolve)
        child.stdin.write(`${JSON.stringify({ config, env: environment })}\n`)
      }),
    close: () => {
      child.stdin.end()
    },
  }
}
