import type { Trap } from './trap.ts'
export const cloudfrontTraps: readonly Trap[] = []
