import type { Trap } from './trap.ts'
export const configTraps: readonly Trap[] = []
