/**
 * The states of a FileWriter, with the registry's words for a call that comes too late. `close` is allowed once
 * after `commit` and after `cancel`, since callers close what they open whatever happened to it.
 */
export interface WriterState {
  /** Throws unless the writer still takes bytes. */
  needOpen(): void
  to(next: 'committed' | 'cancelled'): void
  /** Throws on a second call; returns whether there is still something to flush. */
  close(): boolean
}

export function writerState(driver: string): WriterState {
  let outcome: 'committed' | 'cancelled' | undefined
  let closed = false
  return {
    needOpen() {
      if (closed) throw new Error(`${driver}: already closed`)
      if (outcome !== undefined) throw new Error(`${driver}: already ${outcome}`)
    },
    to(next) {
      outcome = next
    },
    close() {
      if (closed) throw new Error(`${driver}: already closed`)
      closed = true
      return outcome === undefined
    },
  }
}
